"""Error handling: each task injects one fault, says that it may come, and asks for the work all the same."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from llmbench_inspect.suites.tooluse.goals import Answer, FileGoal, Goal
from llmbench_inspect.suites.tooluse.templates import steps
from llmbench_inspect.suites.tooluse.templates.api import changed, one_of, people, served, stock
from llmbench_inspect.suites.tooluse.templates.registry import Draft, template
from llmbench_inspect.suites.tooluse.templates.words import (
    FOLDERS,
    GOODS,
    GROUPS,
    NOUNS,
    PEOPLE,
    TOWNS,
    WARES,
    notes,
    sentence,
    settings,
    some,
)
from llmbench_inspect.suites.tooluse.worlds import BASE_URL, Key, Refusal, World

_GO_ON = "If something goes wrong, find out why and do it another way; do not give up."


def _error(text: str) -> str:
    return json.dumps({"error": text})


@template("recovery", "medium", count=8)
def too_many_requests(chance: Random) -> Draft:
    group = chance.choice(WARES)
    items = stock(chance, 5)
    item = one_of(chance, items)
    path = f"/{group}/{item['id']}"
    refusal = Refusal(method="GET", path=path, status=429, body=_error("Too many requests."), retry_after=1)
    return Draft(
        prompt=f"The server at {BASE_URL} has {group}; GET {path} shows one of them. What does it cost (the "
        f"field price)? Answer with the number alone. {_GO_ON}",
        world=served({group: items}, refusals=[refusal]),
        goal=Goal(answer=Answer(kind="number", value=str(item["price"]))),
        calls=[steps.request("GET", path), steps.wait(1.1), steps.request("GET", path)],
        fault=0,
    )


@template("recovery", "easy", count=8)
def unavailable_once(chance: Random) -> Draft:
    new = {"name": chance.choice(PEOPLE), "town": chance.choice(TOWNS)}
    refusal = Refusal(
        method="POST", path="/guests", status=503, times=1, body=_error("The server is busy. Try again.")
    )
    return Draft(
        prompt=f"Tell the server at {BASE_URL} of a guest: POST /guests with a JSON object in which the "
        f"field name is {new['name']} and the field town is {new['town']}. There must be one such guest in "
        f"the end. {_GO_ON}",
        world=served({"guests": []}, refusals=[refusal]),
        goal=Goal(collections={"guests": [{"id": 1, **new}]}),
        calls=[steps.request("POST", "/guests", new), steps.request("POST", "/guests", new)],
        fault=0,
    )


@template("recovery", "medium", count=8)
def moved_resource(chance: Random) -> Draft:
    group = chance.choice(GROUPS)
    items = people(chance, 5)
    item, word = one_of(chance, items), chance.choice(NOUNS)
    path, new = f"/{group}/{item['id']}", f"/{word}/{group}/{item['id']}"
    body = _error(f"Nothing is here any more. The {group} are at /{word}/{group} now.")
    return Draft(
        prompt=f"The server at {BASE_URL} has {group}; GET {path} shows one of them. How old is this one "
        f"(the field age)? Answer with the number alone. {_GO_ON}",
        world=served(
            {f"{word}/{group}": items}, refusals=[Refusal(method="GET", path=path, status=404, body=body)]
        ),
        goal=Goal(answer=Answer(kind="number", value=str(item["age"]))),
        calls=[steps.request("GET", path), steps.request("GET", new)],
        fault=0,
    )


@template("recovery", "medium", count=8)
def unknown_field(chance: Random) -> Draft:
    wanted, given = chance.choice((("quantity", "count"), ("amount", "number"), ("pieces", "items")))
    goods, number = chance.choice(GOODS), chance.randint(2, 60)
    wrong, right = {"goods": goods, given: number}, {"goods": goods, wanted: number}
    return Draft(
        prompt=f"Order {number} {goods} at the server at {BASE_URL}: POST /orders with a JSON object that "
        f"has the fields goods and {given}. The server may have been changed since this was written. "
        f"{_GO_ON}",
        world=served({"orders": []}, fields={"orders": {"goods": "text", wanted: "number"}}),
        goal=Goal(collections={"orders": [{"id": 1, **right}]}),
        calls=[steps.request("POST", "/orders", wrong), steps.request("POST", "/orders", right)],
        fault=0,
    )


@template("recovery", "medium", count=8)
def key_in_file(chance: Random) -> Draft:
    group = chance.choice(WARES)
    items, value = stock(chance, 5), f"{chance.choice(NOUNS)}-{chance.randint(1000, 9999)}"
    item, path = one_of(chance, items), f"config/{chance.choice(PEOPLE).lower()}.key"
    url, headers = f"/{group}/{item['id']}", {"X-Api-Key": value}
    hint = f"Send the header X-Api-Key. Its value is in your file {path}."
    return Draft(
        prompt=f"The server at {BASE_URL} has {group}; GET {url} shows one of them. How many pieces of it "
        f"are in stock? Answer with the number alone. {_GO_ON}",
        world=served(
            {group: items}, {path: f"{value}\n"}, key=Key(header="X-Api-Key", value=value, hint=hint)
        ),
        goal=Goal(answer=Answer(kind="number", value=str(item["stock"]))),
        calls=[
            steps.request("GET", url), steps.read(path), steps.request("GET", url, headers=headers),
        ],
        fault=0,
    )  # fmt: skip


@template("recovery", "hard", count=8)
def stale_version(chance: Random) -> Draft:
    group = chance.choice(WARES)
    items: list[dict[str, Any]] = [item | {"version": chance.randint(3, 9)} for item in stock(chance, 4)]
    item, price = one_of(chance, items), chance.randint(100, 200)
    path, stale = f"/{group}/{item['id']}", {"price": price, "version": item["version"] - 1}
    return Draft(
        prompt=f"Set a price at the server at {BASE_URL} to {price}: PATCH {path} with a "
        f"JSON object that has the fields price and version. The version was {stale['version']} when "
        f"somebody looked last. {_GO_ON}",
        world=served({group: items}),
        goal=Goal(collections={group: changed(items, item["id"], price=price)}),
        calls=[
            steps.request("PATCH", path, stale),
            steps.request("GET", path),
            steps.request("PATCH", path, {"price": price, "version": item["version"]}),
        ],
        fault=0,
    )


@template("recovery", "easy", count=7)
def missing_file(chance: Random) -> Draft:
    (folder, other), names = some(chance, FOLDERS, 2), some(chance, NOUNS, 4)
    (town, *towns), path = some(chance, TOWNS, 4), f"{folder}/{names[0]}.ini"
    found = f"{other}/{names[0]}.ini"
    values = dict(zip(names, [town, *towns], strict=True))
    return Draft(
        prompt=f"What is the setting {names[0]} in the file {path}? Answer with the value alone. {_GO_ON}",
        world=World(files={found: settings(values), **notes(chance, names[1:], folder)}),
        goal=Goal(answer=Answer(kind="text", value=town, others=towns)),
        calls=[steps.read(path), steps.listing("."), steps.read(found)],
        fault=0,
    )


@template("recovery", "hard", count=7)
def broken_json_file(chance: Random) -> Draft:
    names, path = some(chance, NOUNS, 4), f"config/{chance.choice(PEOPLE).lower()}.json"
    values = {name: chance.randint(10, 99) for name in names}
    whole = json.dumps(values, indent=2)
    broken = chance.choice(
        (whole.removesuffix("\n}") + ",\n}", whole.removesuffix("\n}"), whole.replace(",", "", 1))
    )
    right = json.dumps(values | {names[2]: 500}, indent=2) + "\n"
    check = f"python3 -m json.tool {path}"
    return Draft(
        prompt=f"Set the value of {names[2]} in the JSON file {path} to 500, and leave all other values as "
        f"they are. Afterwards the command {check} has to accept the file. {_GO_ON}",
        world=World(files={path: broken + "\n"}),
        goal=Goal(files={path: FileGoal(value=values | {names[2]: 500})}),
        calls=[steps.run(check, "json"), steps.read(path), steps.write(path, right, names[2], "500")],
        fault=0,
    )


@template("recovery", "medium", count=7)
def cut_off_reply(chance: Random) -> Draft:
    group = chance.choice(GROUPS)
    items = people(chance, 5)
    item = items[-1]
    body = json.dumps(items)[: -chance.randint(40, 90)]
    refusal = Refusal(method="GET", path=f"/{group}", status=200, times=1, body=body)
    return Draft(
        prompt=f"The server at {BASE_URL} has {len(items)} {group}; GET /{group} lists them as JSON. In "
        f"which town does the last one of the list live? Answer with the town alone. {_GO_ON}",
        world=served({group: items}, refusals=[refusal]),
        goal=Goal(
            answer=Answer(kind="text", value=item["town"], others=[other["town"] for other in items[:-1]])
        ),
        calls=[steps.request("GET", f"/{group}"), steps.request("GET", f"/{group}")],
        fault=0,
    )


@template("recovery", "medium", count=7)
def left_over_lock(chance: Random) -> Draft:
    name = chance.choice(NOUNS)
    first, second = chance.randint(100, 999), chance.randint(100, 999)
    path, lock = f"bin/{name}.sh", f"run/{name}.lock"
    script = (
        f"#!/bin/sh\nif [ -e {lock} ]; then\n"
        f'  echo "{lock} is there. If no other run is going on, delete it." >&2\n  exit 1\nfi\n'
        f'echo "sum=$(({first} + {second}))" > {name}.out\n'
    )
    return Draft(
        prompt=f"Run the shell script {path}, so that it writes the file {name}.out. No other run of it is "
        f"going on. {_GO_ON}",
        world=World(files={path: script, lock: "4711\n"}, modes={path: 0o755}),
        goal=Goal(files={lock: FileGoal(), f"{name}.out": FileGoal(text=f"sum={first + second}")}),
        calls=[steps.run(f"sh {path}", path), steps.delete(lock), steps.run(f"sh {path}", path)],
        fault=0,
    )


@template("recovery", "easy", count=7)
def read_only_file(chance: Random) -> Draft:
    path, text, line = (
        f"{chance.choice(FOLDERS)}/{chance.choice(NOUNS)}.txt",
        sentence(chance),
        sentence(chance),
    )
    return Draft(
        prompt=f"Add this line at the end of {path}:\n{line}\nYou may change the permissions of the file. "
        f"{_GO_ON}",
        world=World(files={path: f"{text}\n"}, modes={path: 0o444}),
        goal=Goal(files={path: FileGoal(text=f"{text}\n{line}")}),
        calls=[
            steps.append(path, f"{line}\n"),
            steps.run(f"chmod u+w {path}", "chmod", path),
            steps.append(path, f"{line}\n"),
        ],
        fault=0,
    )


@template("recovery", "easy", count=7)
def missing_command(chance: Random) -> Draft:
    path, command = f"texts/{chance.choice(NOUNS)}.txt", f"count-{chance.choice(NOUNS)}"
    lines = chance.randint(12, 30)
    return Draft(
        prompt=f"How many lines has {path}? The command {command} {path} tells it. Answer with the number "
        f"alone. {_GO_ON}",
        world=World(files={path: "".join(f"{sentence(chance)}\n" for _ in range(lines))}),
        goal=Goal(answer=Answer(kind="number", value=str(lines))),
        calls=[steps.run(f"{command} {path}", command), steps.run(f"wc -l {path}", path)],
        fault=0,
    )
