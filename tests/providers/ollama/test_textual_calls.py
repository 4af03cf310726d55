"""Tool calls in text: what models write is found, what only looks like it is not, and nothing raises."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmbench_inspect.providers.ollama.textual_calls import calls_in_text

TOOLS = {"get_weather", "write_file"}


WEATHER = '{"name": "get_weather", "arguments": {"city": "Paris"}}'
FILE = '{"name": "write_file", "arguments": {}}'


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (WEATHER, ["get_weather"]),
        ('{"name": "get_weather", "parameters": {"city": "Paris"}}', ["get_weather"]),
        ('{"type": "function", "function": {"name": "write_file", "arguments": "{}"}}', ["write_file"]),
        ('{"function": "write_file", "args": {}}', ["write_file"]),
        (f'{{"calls": [{FILE}, {WEATHER}]}}', ["write_file", "get_weather"]),
        (f"<tool_call>\n{WEATHER}\n</tool_call>", ["get_weather"]),
        (f"I call {WEATHER} and {FILE}", ["get_weather", "write_file"]),
        ('```\nget_weather(city="Paris")\n```', ["get_weather"]),
        ("`get_weather()`", ["get_weather"]),
        ("[TOOL_CALLS] nothing that can be read", ["unknown"]),
        ("<function=get_weather><parameter=city>Paris", ["unknown"]),
    ],
)
def test_calls_as_models_write_them(text: str, named: list[str]) -> None:
    assert list(calls_in_text(text, TOOLS)) == named


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The weather in Paris is fine; get_weather would say so.",
        '{"name": "get_weather"}',
        '{"name": "delete_all", "arguments": {}}',
        '{"city": "Paris"}',
        "report = get_weather(city)",
        "def get_weather(city): ...",
        '{"name": "get_weather", "arguments": ',
    ],
)
def test_what_is_no_call(text: str) -> None:
    assert calls_in_text(text, TOOLS) == ()


@given(st.text(alphabet=st.sampled_from('{}[]":,\\ \nanme<>tool_cal()`get_weather'), max_size=400))
def test_no_text_is_too_strange(text: str) -> None:
    calls_in_text(text, TOOLS)


@pytest.mark.parametrize("text", ["{" * 100_000, '{"a":' * 100_000, "get_weather(" * 20_000, "`" * 100_000])
def test_no_text_takes_long(text: str) -> None:
    calls_in_text(text, TOOLS)


@given(
    st.text(max_size=50),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=3),
    st.text(max_size=50),
)
def test_a_call_is_found_wherever_it_stands(before: str, arguments: dict[str, int], after: str) -> None:
    call = json.dumps({"name": "get_weather", "arguments": arguments})
    assert "get_weather" in calls_in_text(before.replace("{", "") + call + after, TOOLS)
