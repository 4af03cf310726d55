"""Constraints on an answer's form: named by samples, documented by their docstrings, checked in bounded time."""

# Imported in the order of the documentation: each declares its constraints.
from llmbench_inspect.answers.constraints.constraint import (
    CONSTRAINTS,
    FAILURE_CLASSES,
    Constraint,
    FailureClass,
    Problem,
)
from llmbench_inspect.answers.constraints.texts import ExactText, OneOf, Regex  # isort: skip
from llmbench_inspect.answers.constraints.counts import Bullets, Lines, Sentences, Words  # isort: skip
from llmbench_inspect.answers.constraints.json_kinds import JsonInString, JsonKeys  # isort: skip
from llmbench_inspect.answers.constraints.json_schema import JsonSchema  # isort: skip
from llmbench_inspect.answers.constraints.scalars import Integer, IsoDate, Number, YesNo  # isort: skip
from llmbench_inspect.answers.constraints.csv_table import Csv  # isort: skip
from llmbench_inspect.answers.constraints.yaml_mapping import YamlKeys  # isort: skip
from llmbench_inspect.answers.constraints.command import Command  # isort: skip
from llmbench_inspect.answers.constraints.dress import NoFence, NoProse  # isort: skip
from llmbench_inspect.answers.constraints.language import Language  # isort: skip
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
