"""What Inspect finds when it loads this package: imports only."""

from llmbench_inspect.providers import embedded
from llmbench_inspect.tasks.gsm8k import gsm8k
from llmbench_inspect.tasks.mmlu import mmlu
from llmbench_inspect.tasks.vue_refactor import vue_refactor

__all__ = ["embedded", "gsm8k", "mmlu", "vue_refactor"]
