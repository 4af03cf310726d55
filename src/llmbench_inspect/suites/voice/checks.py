"""The check of the recogniser that hears recordings for models that do not."""

from __future__ import annotations

from llmbench_inspect.doctor import Asked, check
from llmbench_inspect.suites.voice.transcribers import INSTALL, named_transcriber


@check(
    code="recogniser",
    name="The recogniser",
    area="The suite",
    looks_at="Whether pocketsphinx is installed, and its version.",
    mends={"no pocketsphinx": INSTALL},
    concerns="suites",
)
def _recogniser(asked: Asked) -> str:  # noqa: ARG001
    """By default this machine hears the recordings and the model reads what was heard.

    With `-T path=audio` the model hears, and no recogniser is needed.
    """
    return named_transcriber("pocketsphinx").release
