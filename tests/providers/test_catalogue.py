"""The catalogue is sound, and a wrong name is told the nearest right one."""

from __future__ import annotations

import re

import jinja2
import pytest

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.providers.catalogue import MODELS, EmbeddedModel, find_model


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_an_entry_is_complete(model: EmbeddedModel) -> None:
    assert find_model(model.name) is model
    assert re.fullmatch(r"[0-9a-f]{64}", model.sha256)
    assert len(set(model.wheels.names)) == len(model.wheels.names)


@pytest.mark.parametrize(
    "model", [model for model in MODELS if model.chat_template], ids=lambda model: model.name
)
def test_a_template_shows_tools_calls_and_results_to_the_model(model: EmbeddedModel) -> None:
    assert model.chat_template is not None
    template = jinja2.Environment(autoescape=False).from_string(model.chat_template.read_text())
    call = {"function": {"name": "add", "arguments": {"a": 1, "b": 2}}}
    text = template.render(
        messages=[
            {"role": "user", "content": "1 + 2?"},
            {"role": "assistant", "content": "", "tool_calls": [call]},
            {"role": "tool", "content": "3"},
        ],
        tools=[{"type": "function", "function": {"name": "add"}}],
        add_generation_prompt=True,
    )
    assert '{"name": "add", "arguments": {"a": 1, "b": 2}}' in text
    assert "<tool_response>\n3\n</tool_response>" in text
    assert text.endswith("<|im_start|>assistant\n")


def test_an_unknown_name_is_told_the_nearest_and_all() -> None:
    with pytest.raises(PrerequisiteError) as caught:
        find_model("qwen2.5-coder:0.5b")
    message = str(caught.value)
    assert "Did you mean embedded/qwen2.5-coder-0.5b?" in message
    assert all(f"embedded/{model.name}" in message for model in MODELS)
