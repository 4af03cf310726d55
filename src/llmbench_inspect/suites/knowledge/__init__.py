"""School mathematics in words (GSM8K), and questions of 57 subjects with four choices (MMLU)."""

from llmbench_inspect.suites.knowledge.gsm8k import MOST_SHOTS, final_number_is_right, gsm8k_dataset
from llmbench_inspect.suites.knowledge.mmlu import chosen_letter_is_right, mmlu_dataset
from llmbench_inspect.suites.knowledge.subjects import DISCIPLINES, SUBJECTS, choose_subjects

__all__ = [
    "DISCIPLINES",
    "MOST_SHOTS",
    "SUBJECTS",
    "choose_subjects",
    "chosen_letter_is_right",
    "final_number_is_right",
    "gsm8k_dataset",
    "mmlu_dataset",
]
