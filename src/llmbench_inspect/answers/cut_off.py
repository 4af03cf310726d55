"""Answers that ended before they were whole."""

from __future__ import annotations

from inspect_ai.model import ModelOutput


def was_cut_off(output: ModelOutput) -> bool:
    """Whether an answer ended at a limit of tokens, of the answer or of the context."""
    return output.stop_reason in {"max_tokens", "model_length"}
