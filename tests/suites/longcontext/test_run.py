"""Long contexts end to end: who reads a prompt is right, and what an answer looks like is told apart."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import pytest
from inspect_ai import Task
from inspect_ai import score as score_again

from llmbench_inspect.suites.longcontext import Kind, at_length, long_context_scorers, plan
from llmbench_inspect.tasks.long_context import long_context

from .conftest import FRAME, Run, Server, read

KINDS: list[Kind] = ["needle", "multi_needle", "multi_doc", "codebase"]
ROOM = 512


@pytest.mark.parametrize("kind", KINDS)
def test_who_reads_the_prompt_is_right_at_every_length_and_depth(run: Run, kind: Kind) -> None:
    ran = run(long_context(kind, "2k,8k", "0,0.5,1", questions=2), Server())
    right = ran.metrics["right"]
    assert right["accuracy"] == right["2k"] == right["8k"] == right["at_0.5"] == right["8k_at_1"] == 1
    assert right["8k_lower"] == pytest.approx(0.6097, abs=1e-4)  # Wilson, 6 of 6
    assert right["effective_length"] == 8192
    assert ran.metrics["form"]["accuracy"] == 1
    assert ran.metrics["prompt"]["whole"] == 12
    assert ran.metrics["prompt"]["head_named"] == ran.metrics["prompt"]["tail_named"] == 1


@pytest.mark.parametrize("kind", KINDS)
def test_who_reads_the_wrong_place_is_wrong(run: Run, kind: Kind) -> None:
    others = {
        "multi_doc": "Atlantis",
        "needle": "brisk-anvil-1000",
        "multi_needle": "\n".join(["brisk-anvil-1000"] * 4),
        "codebase": "brisk-anvil-1000",
    }
    ran = run(long_context(kind, "2k", "0.5"), Server(answers=lambda _: others[kind]))
    assert ran.metrics["right"]["accuracy"] == 0
    assert math.isnan(ran.metrics["right"]["effective_length"])


@pytest.mark.parametrize(
    ("dress", "right", "form"),
    [
        ("{}", 1, 1),
        ("The key is {}.", 1, 0),
        ("**{}**", 1, 0),
        ("<think>brisk-anvil-1000?</think>{}", 1, 1),
        ("Not brisk-anvil-1000 but {}", 1, 0),
        ("{} or brisk-anvil-1000", 0, 0),
        ("I could not find it.", 0, 0),
        ("", 0, 0),
    ],
)
def test_right_and_in_form_are_two_things(run: Run, dress: str, right: int, form: int) -> None:
    ran = run(
        long_context("needle", "2k", "0.5", questions=2), Server(answers=lambda p: dress.format(read(p)))
    )
    assert ran.metrics["right"]["accuracy"] == right
    assert ran.metrics["form"]["accuracy"] == form


def test_keys_in_another_order_are_recalled_and_not_right(run: Run) -> None:
    def backwards(prompt: str) -> str:
        return "\n".join(reversed(read(prompt).splitlines()))

    ran = run(long_context("multi_needle", "2k", "0.5", questions=2), Server(answers=backwards))
    assert ran.metrics["right"]["accuracy"] == 0
    assert ran.metrics["recall"]["mean"] == ran.metrics["recall"]["2k"] == 1
    assert {(score.metadata or {})["failure_class"] for score in ran.scores("right").values()} == {
        "wrong_answer"
    }


def _kept(form: list[dict[str, Any]]) -> str:
    """An answer that keeps constraints."""
    first = form[0]
    match first["constraint"]:
        case "json_keys":
            return json.dumps(first["values"])
        case "json_schema":
            parts = first["schema"]["properties"]
            name = parts["customer"]["properties"]["name"]["const"]
            order = {"order": parts["order"]["const"], "customer": {"name": name}}
            return json.dumps(order | {"items": parts["items"]["const"]})
        case "command":
            return " ".join([first["programs"][0], *first["words"]])
        case _:
            return "\n".join(f"- point {number}" for number in range(first["exactly"]))


FORMS = {
    sample.input: (sample.metadata or {})["form"]
    for sample in plan("constraints", lengths="2k", questions=16, seed=0).dataset
}


def _obedient(dress: Callable[[str], str]) -> Callable[[str], str]:
    def answer(prompt: str) -> str:
        form = next((form for ask, form in FORMS.items() if prompt.endswith(str(ask))), None)
        return read(prompt) if form is None else dress(_kept(form))

    return answer


def test_every_request_can_be_obeyed(run: Run) -> None:
    ran = run(long_context("constraints", "2k", questions=16), Server(answers=_obedient(str)))
    assert ran.metrics["right"]["accuracy"] == ran.metrics["form"]["accuracy"] == 1
    assert len(FORMS) == 16
    assert "at_end" in ran.metrics["right"]


def test_a_fence_breaks_the_form_and_a_wrong_value_does_not(run: Run) -> None:
    fenced = run(
        long_context("constraints", "2k", questions=4),
        Server(answers=_obedient(lambda answer: f"```\n{answer}\n```")),
    )
    assert fenced.metrics["right"]["accuracy"] == fenced.metrics["form"]["accuracy"] == 0
    classes = {(score.metadata or {})["failure_class"] for score in fenced.scores("right").values()}
    assert classes == {"fence"}
    wrong = run(
        long_context("constraints", "2k", questions=1),
        Server(answers=_obedient(lambda answer: answer.replace("billing", "shipping"))),
    )
    assert wrong.metrics["right"]["accuracy"] == 0
    assert wrong.metrics["form"]["accuracy"] == 1


@pytest.mark.parametrize("ratio", [0.8, 1.0, 1.5])
@pytest.mark.parametrize("kind", ["needle", "multi_doc", "codebase"])
def test_prompts_are_as_long_as_the_server_counts(run: Run, kind: Kind, ratio: float) -> None:
    ran = run(long_context(kind, "2k,16k", "0.5", questions=2), Server(ratio=ratio))
    for sample in ran.log.samples or []:
        length = sample.metadata["tokens"] - ROOM
        counted = (sample.scores or {})["input_tokens"].as_float()
        assert 0.92 * length <= counted <= length, sample.id
    assert ran.metrics["input_tokens"]["16k"] > 0.96 * (16_384 - ROOM)


def test_the_room_for_the_answer_is_what_the_user_gives(run: Run) -> None:
    ran = run(long_context("needle", "8k", "0.5", questions=1), Server(), max_tokens=4096)
    [score] = ran.scores("input_tokens").values()
    assert 0.96 * 4096 < score.as_float() <= 4096
    assert "4,096 kept for the answer" in str(score.explanation)


def test_no_two_prompts_share_more_than_their_opening(run: Run) -> None:
    ran = run(long_context("needle", "2k", "0,1", questions=2), Server())
    beginnings = {prompt.split("\n\n", 2)[1] for prompt in ran.server.prompts}
    assert len(beginnings) == len(ran.server.prompts)


def test_the_same_seed_asks_the_same(run: Run) -> None:
    first, second, other = (
        run(long_context("needle", "2k", "0.5", questions=1, seed=seed), Server()).server.prompts
        for seed in (1, 1, 2)
    )
    assert first == second
    assert not set(first) & set(other)


def test_the_solver_serves_a_task_of_ones_own(run: Run) -> None:
    planned = plan("needle", lengths="2k", depths="0.5", questions=2, seed=0)
    solver = at_length(planned.material, window=None, seed=0)
    ran = run(Task(dataset=planned.dataset, solver=solver, scorer=long_context_scorers("needle")), Server())
    assert ran.metrics["right"]["accuracy"] == 1
    # Without a clock around it there are no times, and without max_tokens no room is kept.
    assert {score.reason for score in ran.scores("latency_s").values()} == {"not timed"}


def test_a_log_can_be_scored_again_without_its_prompts_being_made(run: Run) -> None:
    ran = run(long_context("needle", "2k", "0.5", questions=2), Server())
    assert ran.log.samples  # read before Inspect's event loop runs, which it would patch to read them in
    again = score_again(
        ran.log, long_context("needle", "2k", "0.5").scorer, action="overwrite", display="none"
    )
    assert again.results is not None
    assert again.results.scores[0].metrics["accuracy"].value == 1


def test_times_come_with_the_tokens_that_they_grow_with(run: Run) -> None:
    ran = run(long_context("needle", "2k,8k", "0,0.5,1", questions=1), Server())
    times = ran.metrics["latency_s"]
    assert times["2k_p50"] > 0
    assert math.isnan(times["2k_p95"])  # three calls tell none
    assert times["exponent_lower"] < times["exponent"] < times["exponent_upper"]
    assert {score.reason for score in ran.scores("ttft_s").values()} == {"not streamed"}
    assert min(score.as_float() for score in ran.scores("input_tokens").values()) > FRAME
