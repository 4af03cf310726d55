"""Tasks that need no tool: the answer is in the task itself, or none of the tools could bring it about.

Each category has ten, so that its share of unneeded calls can be told as well.
"""

from __future__ import annotations

import json
from random import Random

from llmbench_inspect.suites.tooluse.bench_tasks import Category
from llmbench_inspect.suites.tooluse.goals import Answer, Goal
from llmbench_inspect.suites.tooluse.templates.registry import Draft, template
from llmbench_inspect.suites.tooluse.templates.words import FOLDERS, GOODS, NOUNS, PEOPLE, TOWNS, some


@template("files", "easy", count=5, needs_tools=False)
def renamed_twice(chance: Random) -> Draft:
    names, ending = some(chance, NOUNS, 3), chance.choice(("txt", "md", "csv"))
    first, second, third = (f"{name}.{ending}" for name in names)
    return Draft(
        prompt=f"A file was called {first}. It was renamed to {second}, and {second} was then renamed to "
        f"{third}. What is its name now? Answer with the name alone.",
        goal=Goal(answer=Answer(kind="text", value=third, others=[first, second])),
    )


@template("system", "easy", count=5, needs_tools=False)
def minutes_run(chance: Random) -> Draft:
    hour, start, length = chance.randint(8, 19), chance.randint(1, 20), chance.randint(11, 38)
    return Draft(
        prompt=f"A command was started at {hour}:{start:02} and ended at {hour}:{start + length:02} of the "
        "same day. How many minutes did it run? Answer with the number alone.",
        goal=Goal(answer=Answer(kind="number", value=str(length))),
    )


@template("api", "easy", count=5, needs_tools=False)
def reply_at_hand(chance: Random) -> Draft:
    town, *towns = some(chance, TOWNS, 3)
    reply = {"id": chance.randint(10, 99), "name": chance.choice(PEOPLE), "town": town, "born": towns[0]}
    return Draft(
        prompt=f"A server has sent this reply:\n{json.dumps(reply)}\nWhat is the value of the field town? "
        "Answer with the value alone.",
        goal=Goal(answer=Answer(kind="text", value=town, others=towns)),
    )


@template("workflow", "easy", count=5, needs_tools=False)
def steps_in_a_row(chance: Random) -> Draft:
    times = [chance.randint(3, 19) for _ in range(3)]
    return Draft(
        prompt=f"A workflow has three steps, one after the other. They take {times[0]}, {times[1]} and "
        f"{times[2]} minutes. How many minutes does the whole take? Answer with the number alone.",
        goal=Goal(answer=Answer(kind="number", value=str(sum(times)))),
    )


@template("recovery", "easy", count=5, needs_tools=False)
def retry_after(chance: Random) -> Draft:
    seconds = chance.randint(5, 90)
    return Draft(
        prompt="A server has answered a request of ours with the status 429 and the header "
        f"Retry-After: {seconds}. How many seconds do we have to wait before we ask again? Answer with the "
        "number alone.",
        goal=Goal(answer=Answer(kind="number", value=str(seconds))),
    )


def _out_of_reach(category: Category, name: str, write: str) -> None:
    """Five tasks that ask for a deed in the world outside."""

    def make(chance: Random) -> Draft:
        prompt = write.format(
            person=chance.choice(PEOPLE), town=chance.choice(TOWNS), goods=chance.choice(GOODS),
            noun=chance.choice(NOUNS), folder=chance.choice(FOLDERS), number=chance.randint(2, 40),
        )  # fmt: skip
        return Draft(prompt=prompt, goal=Goal(answer=Answer(kind="impossible")))

    make.__name__ = name
    template(category, "medium", count=5, needs_tools=False)(make)


_out_of_reach(
    "files",
    "paper_copy",
    "Take the paper folder '{folder}' out of {person}'s cupboard, and put page {number} of it on the desk.",
)
_out_of_reach(
    "system",
    "room_light",
    "Switch off the light in {person}'s room, number {number}, and pull down the blinds.",
)
_out_of_reach("api", "phone_call", "Phone {person} in {town}, and ask how many {goods} are left there.")
_out_of_reach(
    "workflow",
    "carry_goods",
    "Carry {number} boxes of {goods} from the cellar to the car, and then drive them to {town}.",
)
_out_of_reach(
    "recovery",
    "broken_machine",
    "The coffee machine beside the {noun} poster does not work. Take it apart, clean it, and bring {person} "
    "a cup.",
)
