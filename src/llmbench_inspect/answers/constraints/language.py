"""The constraint of a language."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final, Literal, Protocol, cast, get_args

from typing_extensions import override

from llmbench_inspect.answers.constraints.constraint import Constraint, Problem, constraint

Code = Literal["de", "en", "es", "fr", "it", "ja", "nl", "pl", "pt", "ru", "sv", "tr", "zh"]
_LEAST_LETTERS: Final = 20
_READ: Final = 5_000


class _Identifier(Protocol):
    def set_languages(self, langs: list[str]) -> None: ...

    def classify(self, instance: str) -> tuple[str, float]: ...


@constraint(code="language", name="Language", summary="The answer is written in one language.")
class Language(Constraint):
    """The language is told by [py3langid](https://github.com/adbar/py3langid).

    It reads the first 5,000 characters, and the language is one of de, en, es, fr, it, ja, nl, pl, pt, ru,
    sv, tr and zh. It guesses from sequences of letters: ask for a whole sentence, since a word or two tell
    little. Fewer than 20 letters are no language (7, where they are Chinese or Japanese).

    Passes, with `{"language": "de"}`:

        Die Sicherung ist heute Nacht fehlgeschlagen, weil die Festplatte voll war.

    Fails as `wrong_value`, with `{"language": "de"}`:

        The backup failed last night because the disk was full.
    """

    language: Code
    """ISO 639-1 code."""

    @override
    def problems(self, text: str) -> Iterator[Problem]:
        letters = sum(3 if character > "⺀" else 1 for character in text[:_READ] if character.isalpha())
        if letters < _LEAST_LETTERS:
            yield Problem("wrong_count", f"too few letters to tell the language of: {text[:50]!r}")
            return
        found, _ = _identifier().classify(text[:_READ])
        if found != self.language:
            yield Problem("wrong_value", f"written in {found}, not {self.language}")


@cache
def _identifier() -> _Identifier:
    # Only where a sample asks for a language: the model is a few MB.
    from py3langid.langid import (  # noqa: PLC0415  # pyright: ignore[reportMissingTypeStubs]
        MODEL_FILE,
        LanguageIdentifier,
    )

    identifier = cast("_Identifier", LanguageIdentifier.from_model_file(MODEL_FILE))  # pyright: ignore[reportUnknownMemberType]
    identifier.set_languages(list(get_args(Code)))
    return identifier
