"""Ollama's own API as a model provider."""

from llmbench_inspect.providers.ollama.api import OllamaAPI
from llmbench_inspect.providers.ollama.errors import ContextOverflowError, OllamaError
from llmbench_inspect.providers.ollama.facts import ModelFacts, OllamaModels
from llmbench_inspect.providers.ollama.reply import Timings

__all__ = ["ContextOverflowError", "ModelFacts", "OllamaAPI", "OllamaError", "OllamaModels", "Timings"]
