"""The `-M` arguments: checked when the model is made, because Ollama ignores what it does not know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from ollama import Options
from pydantic import ValidationError

from llmbench_inspect.prerequisite import PrerequisiteError

DEFAULT_TIMEOUT: Final = 600.0
_THINK: Final = (True, False, "low", "medium", "high", "max")


class OllamaOptions(Options, extra="forbid"):
    """What a request's `options` may hold; the package's list, and what it has not caught up with."""

    min_p: float | None = None
    """Least probability of a token, as a share of the likeliest one's."""
    draft_num_predict: int | None = None
    """Tokens that a draft model writes ahead."""


@dataclass(frozen=True, kw_only=True)
class Arguments:
    """How the server is asked, apart from what Inspect's own options say."""

    options: dict[str, Any]
    """Ollama's options by name, `num_ctx` among them; Inspect's own take precedence."""
    keep_alive: float | str | None
    """How long the model stays loaded after a call: seconds, or text such as `10m`; `-1` for ever."""
    think: bool | str | None
    """Whether, or how much, the model thinks; Inspect's `--reasoning-effort` takes precedence."""
    timeout: float
    """Most seconds of silence within a call."""

    @property
    def num_ctx(self) -> int | None:
        """Tokens of context asked for; `None` leaves it to the server."""
        return self.options.get("num_ctx")


def read_arguments(given: dict[str, Any]) -> Arguments:
    """The arguments of one model.

    Args:
        given: As Inspect hands them over from `-M`.

    Raises:
        PrerequisiteError: A name that Ollama does not know, or a value that cannot be.
    """
    rest = dict(given)
    keep_alive = rest.pop("keep_alive", None)
    if keep_alive is not None and (
        isinstance(keep_alive, bool) or not isinstance(keep_alive, int | float | str)
    ):
        raise _refused("keep_alive", keep_alive, "seconds, or a text such as 10m")
    think = rest.pop("think", None)
    if think is not None and not (isinstance(think, bool | str) and think in _THINK):
        raise _refused("think", think, "true, false, low, medium, high or max")
    timeout = rest.pop("timeout", DEFAULT_TIMEOUT)
    if isinstance(timeout, bool) or not isinstance(timeout, int | float) or timeout <= 0:
        raise _refused("timeout", timeout, "seconds, more than 0")
    if isinstance(stop := rest.get("stop"), str):
        rest["stop"] = [stop]
    try:
        options = OllamaOptions.model_validate(rest)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        if first["type"] == "extra_forbidden":
            known = ", ".join(sorted([*OllamaOptions.model_fields, "keep_alive", "think", "timeout"]))
            raise PrerequisiteError(f"ollama-native knows no argument -M {name}=. Known: {known}") from None
        raise _refused(name, rest[name], first["msg"]) from None
    if options.num_ctx is not None and options.num_ctx < 1:
        raise _refused("num_ctx", options.num_ctx, "tokens, at least 1")
    return Arguments(
        options=options.model_dump(exclude_none=True),
        keep_alive=keep_alive,
        think=think,
        timeout=float(timeout),
    )


def _refused(name: str, value: object, wanted: str) -> PrerequisiteError:
    return PrerequisiteError(f"ollama-native cannot take -M {name}={value}: {wanted}")
