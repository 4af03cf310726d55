"""Prompts of a given length that no cache knows, and the lengths of a trace."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from inspect_ai.model import ChatMessageUser, GenerateConfig, Model
from inspect_ai.solver import Solver, TaskState, generate
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.suites.serving.cells import Cell
from llmbench_inspect.suites.serving.requests import Ask
from llmbench_inspect.telemetry import timed

# Short and frequent words, of which most tokenizers make one token each.
_WORDS: Final = re.findall(
    r"\w+",
    """
    able about above across after again age air all along also always and animal answer area around
    ask back ball bank base beach because bed before began behind being below best better between
    big bird black blue board boat body book both box boy bring brother build but call came can car
    care carry case cat center change check child city class clear close cold color come could
    country course cut dark day deep did different direct dog done door down draw dream drive dry
    during each ear early earth east easy eat end enough even ever every example eye face fact fall
    family far farm fast father feel feet few field final find fine fire first fish five floor fly
    follow food foot for force form four free friend from front full game gave girl give glass gold
    good great green ground group grow had half hand happy hard have head hear heart heat heavy held
    help here high hill hold home horse hot hour house how hundred idea inside island just keep kind
    king knew know land language large last late laugh lead learn leave left less letter life light
    line list listen little live long look lost love low machine made main make man map mark matter
    mean
    """,
)
# What is alike in all prompts comes last: a server that knows how one begins knows no more than its template.
_REQUEST: Final = (
    "{words}\n\nGo on with this list of words. Never stop, write hundreds of them and nothing else."
)
_PROBE: Final = 16


class TracedRequest(BaseModel):
    """A line of a trace."""

    model_config = ConfigDict(extra="ignore")

    prompt_tokens: int = Field(gt=0)
    output_tokens: int = Field(gt=0)
    at: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    """When it arrives, in seconds from the start of the trace."""


class _Fit(NamedTuple):
    """How many tokens the server counts for a number of words."""

    fixed: float
    """Those of the request's frame and the model's template."""
    word: float

    def words(self, tokens: int) -> int:
        return max(1, round((tokens - self.fixed) / self.word))


class MadePrompts:
    """Lists of words in random order, as long as asked for by the server's own count.

    Args:
        seed: Chooses the words.
        trace: Gives the lengths instead of the cell, in turn.
    """

    def __init__(self, *, seed: int, trace: Sequence[TracedRequest] = ()) -> None:
        self._seed = seed
        self._trace = trace
        self._fits: dict[tuple[str, int], _Fit] = {}

    async def asks(self, cell: Cell, count: int, *, sample: TaskState, part: int, model: Model) -> list[Ask]:
        """Make requests.

        Args:
            cell: What they are for.
            count: How many.
            sample: The cell's state, of whose epoch they are.
            part: Which of the cell's loads.
            model: Whose server counts the tokens.
        """
        chance = random.Random(f"{self._seed} {cell.cell} {sample.epoch} {part}")  # noqa: S311
        lengths = [self._length(cell, index) for index in range(count)]
        fit = await self._fit(max(prompt for prompt, _ in lengths), model=model)
        solvers = {output: timed(generate(max_tokens=output)) for _, output in lengths}
        return [
            _ask(_prompt(fit.words(prompt), chance), solvers[output], sample=sample, number=number)
            for number, (prompt, output) in enumerate(lengths, 1)
        ]

    def _length(self, cell: Cell, index: int) -> tuple[int, int]:
        if self._trace:
            line = self._trace[index % len(self._trace)]
            return line.prompt_tokens, line.output_tokens
        assert cell.prompt_tokens is not None  # noqa: S101
        assert cell.output_tokens is not None  # noqa: S101
        return cell.prompt_tokens, cell.output_tokens

    async def _fit(self, tokens: int, *, model: Model) -> _Fit:
        """Ask the server how it counts, once for a model and length."""
        key = str(model), tokens
        if key not in self._fits:
            chance = random.Random(f"{self._seed} probe {key}")  # noqa: S311
            long = max(2 * _PROBE, tokens)
            few, many = [await _counted(_prompt(words, chance), model) for words in (_PROBE, long)]
            word = max((many - few) / (long - _PROBE), 0.1)
            # A second look, near the length that is wanted.
            near = _Fit(few - word * _PROBE, word).words(tokens)
            fixed = await _counted(_prompt(near, chance), model) - word * near
            self._fits[key] = _Fit(fixed, word)
        return self._fits[key]


def read_trace(path: str) -> list[TracedRequest]:
    """Read a trace, one JSON object a line.

    Raises:
        PrerequisiteError: When there is no such file, or a line is no traced request.
    """
    try:
        lines = Path(path).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise PrerequisiteError(
            f"trace: '{path}' cannot be read ({error}). Give it with: -T trace=PATH"
        ) from error
    adapter = TypeAdapter(TracedRequest)
    trace: list[TracedRequest] = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                trace.append(adapter.validate_json(line))
            except ValidationError as error:
                wrong = error.errors()[0]
                where = ".".join(map(str, wrong["loc"])) or "line"
                raise PrerequisiteError(
                    f"trace: {path}:{number}: {where}: {wrong['msg']}. A line looks like "
                    + json.dumps({"prompt_tokens": 300, "output_tokens": 80, "at": 1.5})
                ) from error
    if not trace:
        raise PrerequisiteError(f"trace: '{path}' has no requests. Give one with: -T trace=PATH")
    return trace


def _prompt(words: int, chance: random.Random) -> str:
    return _REQUEST.format(words=" ".join(chance.choices(_WORDS, k=words)))


def _ask(prompt: str, solver: Solver, *, sample: TaskState, number: int) -> Ask:
    state = TaskState(
        model=sample.model,
        sample_id=f"{sample.sample_id}-{number}",
        epoch=sample.epoch,
        input=prompt,
        messages=[ChatMessageUser(content=prompt)],
    )
    return Ask(state=state, solver=solver)


async def _counted(prompt: str, model: Model) -> int:
    output = await model.generate(prompt, config=GenerateConfig(max_tokens=1))
    if output.usage is None or not (used := output.usage).input_tokens:
        raise PrerequisiteError(
            f"The server of {model} does not count the tokens of a prompt, so that none of a "
            "given length can be made. Take a server that reports usage."
        )
    return used.input_tokens + (used.input_tokens_cache_read or 0) + (used.input_tokens_cache_write or 0)
