"""The subjects of MMLU and the discipline each belongs to, as its authors divide them.

Source: D. Hendrycks et al., "Measuring Massive Multitask Language Understanding" (2021), arXiv:2009.03300.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from llmbench_inspect.named_choice import did_you_mean
from llmbench_inspect.prerequisite import PrerequisiteError

DISCIPLINES: Final[Mapping[str, tuple[str, ...]]] = {
    "stem": (
        "abstract_algebra",
        "astronomy",
        "college_biology",
        "college_chemistry",
        "college_computer_science",
        "college_mathematics",
        "college_physics",
        "computer_security",
        "conceptual_physics",
        "electrical_engineering",
        "elementary_mathematics",
        "high_school_biology",
        "high_school_chemistry",
        "high_school_computer_science",
        "high_school_mathematics",
        "high_school_physics",
        "high_school_statistics",
        "machine_learning",
    ),
    "humanities": (
        "formal_logic",
        "high_school_european_history",
        "high_school_us_history",
        "high_school_world_history",
        "international_law",
        "jurisprudence",
        "logical_fallacies",
        "moral_disputes",
        "moral_scenarios",
        "philosophy",
        "prehistory",
        "professional_law",
        "world_religions",
    ),
    "social_sciences": (
        "econometrics",
        "high_school_geography",
        "high_school_government_and_politics",
        "high_school_macroeconomics",
        "high_school_microeconomics",
        "high_school_psychology",
        "human_sexuality",
        "professional_psychology",
        "public_relations",
        "security_studies",
        "sociology",
        "us_foreign_policy",
    ),
    "other": (
        "anatomy",
        "business_ethics",
        "clinical_knowledge",
        "college_medicine",
        "global_facts",
        "human_aging",
        "management",
        "marketing",
        "medical_genetics",
        "miscellaneous",
        "nutrition",
        "professional_accounting",
        "professional_medicine",
        "virology",
    ),
}

SUBJECTS: Final[Mapping[str, str]] = {
    subject: discipline for discipline, subjects in DISCIPLINES.items() for subject in subjects
}
"""The discipline of each of the 57 subjects."""


def choose_subjects(names: str | Sequence[str] | None) -> frozenset[str]:
    """The subjects that are asked for, by name or by discipline; all where none is named.

    Raises:
        PrerequisiteError: There is no such subject or discipline.
    """
    if not names:
        return frozenset(SUBJECTS)
    named = names.split(",") if isinstance(names, str) else names
    chosen: set[str] = set()
    for name in (name.strip() for name in named):
        if name not in DISCIPLINES and name not in SUBJECTS:
            meant = did_you_mean(name, [*DISCIPLINES, *SUBJECTS])
            raise PrerequisiteError(
                f"subjects='{name}' is not known.{meant} Disciplines: {', '.join(DISCIPLINES)}. The subjects "
                "are in docs/mmlu.md. Give them with: -T subjects=NAME,NAME"
            )
        chosen.update(DISCIPLINES.get(name, (name,)))
    return frozenset(chosen)
