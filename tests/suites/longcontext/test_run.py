"""Long contexts end to end: who reads all is right at every length, and who is sent too much is not judged."""

import math
from pathlib import Path
from typing import Any

import pytest

from llmbench_inspect.tasks.long_context import long_context


@pytest.mark.parametrize("kind", ["needle", "multi_needle", "multi_doc", "codebase"])
def test_who_reads_the_prompt_is_right(run: Any, server: Any, kind: Any) -> None:
    ran = run(long_context(kind, "2k,8k", "0,1", questions=2), server())
    print(ran.metrics)
    assert ran.metrics["right"]["accuracy"] == 1
