"""Names in a plan that can be known before anything runs: providers, tasks and their arguments."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from importlib.metadata import entry_points
from typing import Any, Final

from inspect_ai.util import registry_create, registry_info

from llmbench_inspect.named_choice import did_you_mean

PACKAGE: Final = "llmbench_inspect"

# Inspect tells whether a provider is there, not which there are: these are for the question "did you mean".
_PROVIDERS: Final = (
    "anthropic",
    "azureai",
    "bedrock",
    "embedded",
    "google",
    "grok",
    "groq",
    "hf",
    "llama-cpp-python",
    "mistral",
    "mockllm",
    "ollama",
    "ollama-native",
    "openai",
    "openai-api",
    "openrouter",
    "sglang",
    "together",
    "vllm",
)


def fault_of_model(name: str) -> str | None:
    """What is wrong with the name of a model, if anything."""
    provider, slash, model = name.partition("/")
    if not (slash and model):
        return f"'{name}' names no provider. Such as: ollama-native/{name}"
    if not any(
        _is_provider(spelling) for spelling in (provider, *(f"{of}/{provider}" for of in _packages()))
    ):
        return f"provider '{provider}' is not known.{did_you_mean(provider, _PROVIDERS)}"
    return None


def fault_of_task(name: str) -> str | None:
    """What is wrong with the name of a task, if anything."""
    package, slash, task = name.partition("/")
    packages = _packages()
    if not slash:
        near = did_you_mean(f"{PACKAGE}/{name}", [f"{PACKAGE}/{known}" for known in _tasks()])
        return f"'{name}' names no package.{near}"
    if package not in packages:
        return f"no package '{package}' is installed.{did_you_mean(package, packages)}"
    if package == PACKAGE and task not in _tasks():
        near = did_you_mean(task, _tasks())
        return f"{package} has no task '{task}'.{near} Known: {', '.join(sorted(_tasks()))}"
    return None


def parameters_of(name: str) -> dict[str, Any] | None:
    """The parameters of a task with their defaults; `None` for a task of another package."""
    package, _, task = name.partition("/")
    if package != PACKAGE:
        return None
    return {key: value.default for key, value in inspect.signature(_tasks()[task]).parameters.items()}


@cache
def _packages() -> tuple[str, ...]:
    return tuple(sorted({entry.name for entry in entry_points(group="inspect_ai")}))


def _is_provider(name: str) -> bool:
    try:
        registry_create("modelapi", name)
    except LookupError:
        return False
    except TypeError:
        # It is there, and would be made with the name of a model.
        return True
    return True


@cache
def _tasks() -> dict[str, Callable[..., Any]]:
    # Inspect loads this module at its start; here it is needed for its names.
    from llmbench_inspect import _registry  # noqa: PLC0415

    found = {name: getattr(_registry, name) for name in _registry.__all__}
    return {name: part for name, part in found.items() if _is_task(part)}


def _is_task(part: object) -> bool:
    try:
        return registry_info(part).type == "task"
    except ValueError:
        return False
