"""What holds for every test."""

import os
import signal
from pathlib import Path
from typing import Final

import pytest

_DATA_DIR: Final = os.environ.get("LLMBENCH_DATA_DIR")

# A shell that runs the tests in its background has them ignore Ctrl-C, and so all that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of real datasets that `LLMBENCH_DATA_DIR` names."""
    if not _DATA_DIR:
        pytest.skip("needs the real datasets: export LLMBENCH_DATA_DIR=/path/to/folder")
    return Path(_DATA_DIR).absolute()
