"""BFCL's own checker as a program: reads calls as JSON lines, and writes for each whether it accepts them.

    python official.py FOLDER

`FOLDER` is the unpacked wheel. Only the checker is imported: the rest of it needs some thirty packages.
"""

import json
import sys
from collections import defaultdict
from types import ModuleType, SimpleNamespace

folder = sys.argv[1]
sys.path.insert(0, folder)
# It names the models of the leaderboard; the checker asks it whether names have "_" in the place of ".".
models = ModuleType("bfcl_eval.constants.model_config")
models.MODEL_CONFIG_MAPPING = defaultdict(lambda: SimpleNamespace(underscore_to_dot=True))
sys.modules[models.__name__] = models

from bfcl_eval.constants.enums import Language  # noqa: E402
from bfcl_eval.eval_checker.ast_eval.ast_checker import ast_checker  # noqa: E402


def rows(path):
    """The rows of a file, by id."""
    with open(f"{folder}/bfcl_eval/data/{path}", encoding="utf-8") as file:
        return {row["id"]: row for row in map(json.loads, file)}


questions, answers = {}, {}
for line in sys.stdin:
    asked = json.loads(line)
    category = asked["category"]
    if category not in questions:
        questions[category] = rows(f"BFCL_v4_{category}.json")
        answers[category] = rows(f"possible_answer/BFCL_v4_{category}.json")
    functions = questions[category][asked["id"]]["function"]
    accepted = answers[category][asked["id"]]["ground_truth"]
    try:
        verdict = ast_checker(functions, asked["calls"], accepted, Language.PYTHON, category, "any")["valid"]
    except (AttributeError, KeyError, TypeError, IndexError, OverflowError):
        verdict = False
    print(json.dumps(verdict))
