"""What Inspect finds when it loads this package: imports only."""

from llmbench_inspect.identity import SameRun
from llmbench_inspect.providers import OllamaDoubts, embedded, ollama_native
from llmbench_inspect.sandbox import BwrapSandboxEnvironment, UnprotectedSandbox
from llmbench_inspect.tasks.bfcl import bfcl
from llmbench_inspect.tasks.gsm8k import gsm8k
from llmbench_inspect.tasks.humaneval import humaneval
from llmbench_inspect.tasks.long_context import long_context
from llmbench_inspect.tasks.mbpp import mbpp
from llmbench_inspect.tasks.mmlu import mmlu
from llmbench_inspect.tasks.or_debug import or_debug
from llmbench_inspect.tasks.prompts import prompts
from llmbench_inspect.tasks.serving import serving
from llmbench_inspect.tasks.swe_bench import swe_bench
from llmbench_inspect.tasks.tool_bench import tool_bench
from llmbench_inspect.tasks.tool_use import tool_use
from llmbench_inspect.tasks.voice import voice
from llmbench_inspect.tasks.vue_refactor import vue_refactor
from llmbench_inspect.telemetry import CallAttempts, HardwareHook, timed, timed_model
from llmbench_inspect.telemetry.gpu import GpuHook

__all__ = [
    "BwrapSandboxEnvironment",
    "CallAttempts",
    "GpuHook",
    "HardwareHook",
    "OllamaDoubts",
    "SameRun",
    "UnprotectedSandbox",
    "bfcl",
    "embedded",
    "gsm8k",
    "humaneval",
    "long_context",
    "mbpp",
    "mmlu",
    "ollama_native",
    "or_debug",
    "prompts",
    "serving",
    "swe_bench",
    "timed",
    "timed_model",
    "tool_bench",
    "tool_use",
    "voice",
    "vue_refactor",
]
