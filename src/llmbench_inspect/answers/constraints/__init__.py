"""Constraints on an answer's form: named by samples, documented by docstrings, checked in bounded time."""

# ruff: noqa: I001 - importing declares them, in the order of the documentation
from llmbench_inspect.answers.constraints.texts import ExactText, OneOf, Regex
from llmbench_inspect.answers.constraints.counts import Bullets, Lines, Sentences, Words
from llmbench_inspect.answers.constraints.json_kinds import JsonInString, JsonKeys
from llmbench_inspect.answers.constraints.json_schema import JsonSchema
from llmbench_inspect.answers.constraints.scalars import Integer, IsoDate, Number, YesNo
from llmbench_inspect.answers.constraints.csv_table import Csv
from llmbench_inspect.answers.constraints.yaml_mapping import YamlKeys
from llmbench_inspect.answers.constraints.command import Command
from llmbench_inspect.answers.constraints.dress import NoFence, NoProse
from llmbench_inspect.answers.constraints.language import Language

from llmbench_inspect.answers.constraints.constraint import (
    CONSTRAINTS,
    FAILURE_CLASSES,
    Constraint,
    FailureClass,
    Problem,
)
from llmbench_inspect.answers.constraints.faults import WHOLE, Fault, faults
from llmbench_inspect.answers.constraints.repair import repaired
from llmbench_inspect.answers.constraints.specification import read_constraints

__all__ = [
    "CONSTRAINTS",
    "FAILURE_CLASSES",
    "WHOLE",
    "Bullets",
    "Command",
    "Constraint",
    "Csv",
    "ExactText",
    "FailureClass",
    "Fault",
    "Integer",
    "IsoDate",
    "JsonInString",
    "JsonKeys",
    "JsonSchema",
    "Language",
    "Lines",
    "NoFence",
    "NoProse",
    "Number",
    "OneOf",
    "Problem",
    "Regex",
    "Sentences",
    "Words",
    "YamlKeys",
    "YesNo",
    "faults",
    "read_constraints",
    "repaired",
]
