"""What a sample has done so far: kept in its store, where the log shows it and scoring finds it."""

from __future__ import annotations

from inspect_ai.util import StoreModel
from pydantic import BaseModel, Field


class Check(BaseModel):
    """One run of the type checker that the model asked for."""

    step: int
    """The model turn it was asked in, from 1."""
    errors: int
    """Type errors and compiler errors that it reported."""


class Snapshot(BaseModel):
    """The changes after a step in which something was written."""

    step: int
    """The model turn, from 1."""
    files: dict[str, str | None]
    """New text by path, `None` for a deleted file."""


class VueWork(StoreModel):
    """The candidate's files and the way to them."""

    files: dict[str, str | None] = Field(default_factory=dict)
    """New text by path, `None` for a deleted file; what is judged in the end."""
    refused: list[str] = Field(default_factory=list)
    """Writes that were refused, with the reason."""
    cut_off: bool = False
    """Whether the last answer ended at the token limit."""
    steps: int = 0
    """Model turns taken."""
    calls: list[str] = Field(default_factory=list)
    """Tools called, in order."""
    checks: list[Check] = Field(default_factory=list)
    """Type checks that the model asked for, in order."""
    snapshots: list[Snapshot] = Field(default_factory=list)
    """Every state of the files, oldest first."""
    finished: bool = False
    """Whether the model said that it was done."""
    limit: str | None = None
    """`steps` where these were used up before that."""
