"""A problem: what is asked, the tests that judge an answer, and an answer that is known to be right."""

from __future__ import annotations

from pydantic import BaseModel


class Problem(BaseModel, frozen=True):
    """One problem of a suite; it travels in its sample's metadata."""

    task_id: str
    header: str = ""
    """Source that ends with the signature and docstring of what is asked for; empty where none is given."""
    setup: str = ""
    """Trusted source whose names the answer can use."""
    helpers: str = ""
    """Trusted source whose names the tests can use, but for those that they take from the answer."""
    entry_point: str
    """The function that is asked for."""
    names: tuple[str, ...]
    """What the tests take from the answer, the entry point first."""
    modules: tuple[str, ...] = ()
    """Modules of the standard library that the tests use and do not import."""
    test_setup: str = ""
    """Source that runs once before the tests, with what they take from the answer."""
    tests: tuple[str, ...]
    """Sources that each raise an exception where the answer is wrong."""
    reference: str
    """A whole program that passes the tests."""
