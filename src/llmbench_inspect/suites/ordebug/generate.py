"""Makes problems from seeded chance: `python -m llmbench_inspect.suites.ordebug.generate [FILE] [SEED] [COUNT]`.

The same seed gives the same bytes. Without arguments the committed file is written; COUNT is the number of
problems of each type.
"""

from __future__ import annotations

import hashlib
import itertools
import random
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from llmbench_inspect.suites.ordebug.faults import FAULTS, checked, draft
from llmbench_inspect.suites.ordebug.fingerprint import fingerprint
from llmbench_inspect.suites.ordebug.linear_model import Kind
from llmbench_inspect.suites.ordebug.problem import TYPES, Difficulty, FaultType, Problem

SEED: Final = 1
EACH: Final = 50
"""Problems of each type in the committed file."""
COMMITTED: Final = Path(__file__).parents[2] / "datasets" / "or_debug" / "problems.jsonl"


def generate(seed: int = SEED, each: int = EACH) -> list[Problem]:
    """Problems of all types, which take turns; difficulties and kinds take turns within a type.

    Args:
        seed: What chance begins with.
        each: Problems of each type.
    """
    known: set[str] = set()
    problems: list[Problem] = []
    streams = {fault: _asked(fault) for fault in TYPES}
    for number in range(1, each + 1):
        for fault in TYPES:
            kind, difficulty = next(streams[fault])
            for attempt in itertools.count():
                chance = random.Random(f"{seed} {fault} {number} {attempt}")  # noqa: S311
                made = _attempt(chance, f"{fault}-{number}", fault, kind, difficulty)
                if made is not None and (mark := fingerprint(made.model)) not in known:
                    known.add(mark)
                    problems.append(made)
                    break
    return problems


def _asked(fault: FaultType) -> Iterator[tuple[Kind, Difficulty]]:
    kinds, difficulties = FAULTS[fault].kinds, FAULTS[fault].difficulties
    # Both turn with every problem, and kinds once more with every round: all pairs come equally often.
    for turn in itertools.count():
        for place, difficulty in enumerate(difficulties):
            yield kinds[(turn + place) % len(kinds)], difficulty


def _attempt(
    chance: random.Random, name: str, fault: FaultType, kind: Kind, difficulty: Difficulty
) -> Problem | None:
    planted = FAULTS[fault].plant(draft(chance, kind, difficulty))
    if planted is None:
        return None
    made = checked(name, fault, planted.renamed(chance))
    return made if made is not None and made.difficulty == difficulty else None


def written(problems: list[Problem]) -> str:
    """Problems as JSON Lines, whole numbers without a fraction."""
    lines = "".join(f"{problem.model_dump_json(exclude_defaults=True)}\n" for problem in problems)
    return re.sub(r"(?<=[0-9])\.0(?=[,}\]])", "", lines)


def main() -> None:
    """Write the problems; tell their digest, and how long it took."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else COMMITTED
    seed, each = (int(given) for given in [*sys.argv[2:4], SEED, EACH][:2]) if len(sys.argv) > 2 else (SEED, EACH)  # noqa: PLR2004
    begin = time.perf_counter()
    problems = generate(seed, each)
    text = written(problems).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text)
    sys.stdout.write(
        f"{path}: {len(problems)} problems in {time.perf_counter() - begin:.1f} s, "
        f"SHA-256 {hashlib.sha256(text).hexdigest()}\n"
    )


if __name__ == "__main__":
    main()
