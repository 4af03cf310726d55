"""Datasets: where their rows come from, and the proof that they are the rows that were meant."""

from llmbench_inspect.data.committed import read_committed
from llmbench_inspect.data.known import BFCL, Name
from llmbench_inspect.data.rows import DATA_DIR_VARIABLE, DataSet, load_rows
from llmbench_inspect.data.wheel import unpacked_wheel

__all__ = ["BFCL", "DATA_DIR_VARIABLE", "DataSet", "Name", "load_rows", "read_committed", "unpacked_wheel"]
