"""From Inspect's messages, tools and options to the body of `/api/chat`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from inspect_ai.model import (
    ChatMessage,
    ChatMessageAssistant,
    ChatMessageTool,
    ContentAudio,
    ContentDocument,
    ContentImage,
    ContentReasoning,
    ContentVideo,
    GenerateConfig,
)
from inspect_ai.tool import ToolChoice, ToolFunction, ToolInfo

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.providers.ollama.arguments import Arguments

_EFFORTS: Final = {
    "none": False,
    "minimal": "low",
    "low": "low",
    "medium": "medium",
    "high": "high",
    "xhigh": "high",
    "max": "high",
}


# A prompt that does not fit is refused, and an answer that fills the context ends there: by default the
# server would leave out the beginning of either and say nothing. (ollama/ollama, api/types.go, ChatRequest)
_EXACT: Final[dict[str, Any]] = {"truncate": False, "shift": False}


def load_body(model: str, arguments: Arguments) -> dict[str, Any]:
    """The body that loads a model, just as the calls after it will want it, and asks it nothing."""
    body: dict[str, Any] = {**_EXACT, "model": model, "messages": [], "options": arguments.options}
    if arguments.keep_alive is not None:
        body["keep_alive"] = arguments.keep_alive
    return body


def chat_body(
    model: str,
    arguments: Arguments,
    *,
    messages: Sequence[ChatMessage],
    tools: Sequence[ToolInfo],
    tool_choice: ToolChoice,
    config: GenerateConfig,
) -> dict[str, Any]:
    """The body of one call.

    Args:
        model: Name of the model.
        arguments: The `-M` arguments.
        messages: The conversation.
        tools: Tools that may be called.
        tool_choice: Which of them; Ollama cannot be made to call one, but it can be given one alone, or none.
        config: Inspect's options.

    Raises:
        PrerequisiteError: `config` wants what Ollama cannot do.
        TypeError: A message holds audio, video or a document.
        ValueError: An image is not inline.
    """
    refuse_what_cannot_be(config)
    body = load_body(model, arguments) | {"messages": [message_body(message) for message in messages]}
    body["options"] = arguments.options | _options(config)
    body["stream"] = True
    if offered := offered_tools(tools, tool_choice):
        body["tools"] = [_tool_body(tool) for tool in offered]
    if config.response_schema is not None:
        body["format"] = config.response_schema.json_schema.model_dump(exclude_none=True)
    think = _EFFORTS[config.reasoning_effort] if config.reasoning_effort is not None else arguments.think
    if think is not None:
        body["think"] = think
    return body


def refuse_what_cannot_be(config: GenerateConfig) -> None:
    """Refuse options without which an answer would not be what was asked for.

    Raises:
        PrerequisiteError: Names them.
    """
    wanted = {
        "--num-choices": (config.num_choices or 1) > 1,
        "--best-of": (config.best_of or 1) > 1,
        "--logit-bias": bool(config.logit_bias),
        "--logprobs": bool(config.logprobs),
        "--prompt-logprobs": config.prompt_logprobs is not None,
        "--modalities": bool(config.modalities),
        "--batch": bool(config.batch),
    }
    if refused := [name for name, wants in wanted.items() if wants]:
        raise PrerequisiteError(
            f"ollama-native cannot do {', '.join(refused)}: leave it away"
            + (" (for several answers to each sample: --epochs)" if "--num-choices" in refused else "")
        )


def not_enforced(tool_choice: ToolChoice, tools: Sequence[ToolInfo], config: GenerateConfig) -> list[str]:
    """The wishes of one call that Ollama has no word for; the answer counts, and the log tells."""
    wishes = {
        "tool_choice=any": bool(tools) and tool_choice == "any",
        f"tool_choice={getattr(tool_choice, 'name', '')}": isinstance(tool_choice, ToolFunction),
        "parallel_tool_calls=false": bool(tools) and config.parallel_tool_calls is False,
        "reasoning_tokens": config.reasoning_tokens is not None,
        "extra_body": bool(config.extra_body),
        "extra_headers": bool(config.extra_headers),
    }
    return [wish for wish, made in wishes.items() if made]


def offered_tools(tools: Sequence[ToolInfo], tool_choice: ToolChoice) -> list[ToolInfo]:
    """The tools that the model is told of."""
    if tool_choice == "none":
        return []
    if isinstance(tool_choice, ToolFunction):
        return [tool for tool in tools if tool.name == tool_choice.name]
    return list(tools)


def without_images(key: Any, value: Any) -> Any:
    """What the log keeps of a value in a request: not the images, which it holds already."""
    return [f"<{len(image)} characters of base64>" for image in value] if key == "images" else value


def message_body(message: ChatMessage) -> dict[str, Any]:
    """One message.

    Raises:
        TypeError: It holds audio, video or a document.
        ValueError: An image is not inline.
    """
    body: dict[str, Any] = {"role": message.role, "content": message.text}
    if isinstance(message, ChatMessageTool):
        if message.error is not None:
            body["content"] = f"Error: {message.error.message}"
        body |= {"tool_name": message.function or "", "tool_call_id": message.tool_call_id or ""}
    elif isinstance(message, ChatMessageAssistant) and message.tool_calls:
        body["tool_calls"] = [
            {"id": call.id, "function": {"name": call.function, "arguments": call.arguments}}
            for call in message.tool_calls
        ]
    if isinstance(message.content, str):
        return body
    images: list[str] = []
    thoughts: list[str] = []
    for content in message.content:
        if isinstance(content, ContentImage):
            images.append(_base64(content.image))
        elif isinstance(content, ContentReasoning):
            thoughts.append(content.reasoning)
        elif isinstance(content, ContentAudio | ContentVideo | ContentDocument):
            raise TypeError(f"ollama-native cannot send {content.type}: only text and images")
    if images:
        body["images"] = images
    if thoughts:
        body["thinking"] = "\n".join(thoughts)
    return body


def _base64(image: str) -> str:
    head, comma, data = image.partition(";base64,")
    if not comma or not head.startswith("data:"):
        raise ValueError("ollama-native sends images as data; this one is a reference: " + image[:100])
    return data


def _tool_body(tool: ToolInfo) -> dict[str, Any]:
    return {
        "type": "function",
        "function": {
            "name": tool.name,
            "description": tool.description,
            "parameters": tool.parameters.model_dump(exclude_none=True),
        },
    }


def _options(config: GenerateConfig) -> dict[str, Any]:
    given = {
        "temperature": config.temperature,
        "top_p": config.top_p,
        "top_k": config.top_k,
        "seed": config.seed,
        "num_predict": config.max_tokens,
        "stop": config.stop_seqs,
        "frequency_penalty": config.frequency_penalty,
        "presence_penalty": config.presence_penalty,
    }
    return {name: value for name, value in given.items() if value is not None}
