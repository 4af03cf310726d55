"""What Inspect finds when it loads this package: imports only."""

from llmbench_inspect.providers import embedded
from llmbench_inspect.tasks.vue_refactor import vue_refactor

__all__ = ["embedded", "vue_refactor"]
