"""Workflows of several steps, over files, commands and the server, whose order matters."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from llmbench_inspect.suites.tooluse.goals import Answer, FileGoal, Goal
from llmbench_inspect.suites.tooluse.templates import steps
from llmbench_inspect.suites.tooluse.templates.api import changed, one_of, people, served
from llmbench_inspect.suites.tooluse.templates.registry import Draft, template
from llmbench_inspect.suites.tooluse.templates.words import (
    GOODS,
    GROUPS,
    NOUNS,
    PEOPLE,
    REGIONS,
    TOWNS,
    sentence,
    settings,
    some,
)
from llmbench_inspect.suites.tooluse.worlds import BASE_URL, World


@template("workflow", "medium")
def place_order(chance: Random) -> Draft:
    path, customer = f"inbox/{chance.choice(NOUNS)}.txt", chance.choice(PEOPLE)
    goods, quantity = chance.choice(GOODS), chance.randint(2, 40)
    first = chance.randint(100, 900)
    order: dict[str, Any] = {"customer": customer, "goods": goods, "quantity": quantity}
    before = [{"id": first, "customer": "Zoe", "goods": "brushes", "quantity": 1}]
    return Draft(
        prompt=f"The file {path} holds an order. Send it to the server at {BASE_URL} with POST /orders, as a "
        "JSON object with the fields customer, goods and quantity (a number). The server answers with the id "
        "of the order. Write this id, and nothing else, to the file receipt.txt.",
        world=served(
            {"orders": before},
            {path: settings(order)},
            fields={"orders": {"customer": "text", "goods": "text", "quantity": "number"}},
        ),
        goal=Goal(
            files={"receipt.txt": FileGoal(text=str(first + 1))},
            collections={"orders": [*before, {"id": first + 1, **order}]},
        ),
        calls=[
            steps.read(path),
            steps.request("POST", "/orders", order),
            steps.write("receipt.txt", str(first + 1)),
        ],
        milestones=[[0], [1], [2]],
    )


@template("workflow", "hard")
def close_late(chance: Random) -> Draft:
    states = ["late", "late", "open", "paid", "paid"]
    chance.shuffle(states)
    items: list[dict[str, Any]] = [
        {"id": 10 + n, "customer": chance.choice(PEOPLE), "status": state} for n, state in enumerate(states)
    ]
    late, path = [item for item in items if item["status"] == "late"], f"reports/{chance.choice(NOUNS)}.txt"
    after, text = items, "".join(f"{item['id']}\n" for item in late)
    for item in late:
        after = changed(after, item["id"], status="closed")
    return Draft(
        prompt=f"The server at {BASE_URL} has invoices; GET /invoices lists them. Set the status of every "
        "invoice whose status is late to closed, with PATCH /invoices/ID and a JSON object that holds the "
        f"field status. Then write the ids of these invoices to {path}, one a line, the lowest first.",
        world=served({"invoices": items}),
        goal=Goal(files={path: FileGoal(text=text)}, collections={"invoices": after}),
        calls=[
            steps.request("GET", "/invoices"),
            *(steps.request("PATCH", f"/invoices/{item['id']}", {"status": "closed"}) for item in late),
            steps.write(path, text),
        ],
        milestones=[[0], [1, 2], [3]],
    )


@template("workflow", "medium")
def follow_chain(chance: Random) -> Draft:
    group = chance.choice(GROUPS)
    members, names = people(chance, 5), some(chance, NOUNS, 3)
    teams = [{"id": 20 + n, "name": name, "lead": members[n]["id"]} for n, name in enumerate(names)]
    members = [member | {"team": one_of(chance, teams)["id"]} for member in members]
    member = members[chance.randint(3, 4)]
    team = next(team for team in teams if team["id"] == member["team"])
    lead = next(other for other in members if other["id"] == team["lead"])
    return Draft(
        prompt=f"The server at {BASE_URL} knows {group} (GET /{group}/ID) and teams (GET /teams/ID). Each of "
        f"the {group} has the id of a team, and a team the id of the one who leads it. Write the name of the "
        f"one who leads the team of the one with the id {member['id']} to the file lead.txt, and nothing "
        "else.",
        world=served({group: members, "teams": teams}),
        goal=Goal(files={"lead.txt": FileGoal(text=lead["name"])}),
        calls=[
            steps.request("GET", f"/{group}/{member['id']}"),
            steps.request("GET", f"/teams/{team['id']}"),
            steps.request("GET", f"/{group}/{lead['id']}"),
            steps.write("lead.txt", lead["name"]),
        ],
        milestones=[[0], [1], [2], [3]],
    )


@template("workflow", "medium")
def configure_and_check(chance: Random) -> Draft:
    key, *keys = some(chance, NOUNS, 3)
    values = dict.fromkeys(keys, chance.randint(1, 9)) | {key: chance.randint(10, 49)}
    factor, value = chance.randint(101, 999), chance.randint(50, 99)
    script = (
        "#!/bin/sh\n# Prints the check code of the settings.\n"
        f"value=$(sed -n 's/^{key} = //p' config/app.ini)\necho \"code-$((value * {factor}))\"\n"
    )
    code = f"code-{value * factor}"
    return Draft(
        prompt=f"Set the value of {key} in config/app.ini to {value}, and leave the other settings as they "
        "are. Then run the shell script bin/check.sh, and write what it prints to the file check.txt.",
        world=World(
            files={"config/app.ini": settings(values), "bin/check.sh": script}, modes={"bin/check.sh": 0o755}
        ),
        goal=Goal(
            files={
                "config/app.ini": FileGoal(text=settings(values | {key: value})),
                "check.txt": FileGoal(text=code),
            }
        ),
        calls=[
            steps.read("config/app.ini"),
            steps.write("config/app.ini", settings(values | {key: value}), key, str(value)),
            steps.run("sh bin/check.sh", "check.sh"),
            steps.write("check.txt", code),
        ],
        milestones=[[1], [2], [3]],
    )


@template("workflow", "hard")
def post_total(chance: Random) -> Draft:
    path, region = f"data/{chance.choice(NOUNS)}.csv", chance.choice(REGIONS)
    rows = [(region, chance.randint(10, 99)) for _ in range(3)]
    rows += [
        (chance.choice([name for name in REGIONS if name != region]), chance.randint(10, 99))
        for _ in range(5)
    ]
    chance.shuffle(rows)
    total = sum(amount for name, amount in rows if name == region)
    text = "".join(f"{name},{amount}\n" for name, amount in [("region", "amount"), *rows])
    new = {"region": region, "total": total}
    return Draft(
        prompt=f"The file {path} holds amounts by region. Add up the amounts of the region {region}, and "
        f"send the result to the server at {BASE_URL} with POST /totals, as a JSON object with the fields "
        "region and total (a number). Then write the total to the file total.txt.",
        world=served({"totals": []}, {path: text}),
        goal=Goal(files={"total.txt": FileGoal(text=str(total))}, collections={"totals": [{"id": 1, **new}]}),
        calls=[steps.read(path), steps.request("POST", "/totals", new), steps.write("total.txt", str(total))],
        milestones=[[0], [1], [2]],
    )


@template("workflow", "medium")
def back_up_and_change(chance: Random) -> Draft:
    keys, name = some(chance, NOUNS, 3), chance.choice(PEOPLE).lower()
    towns = some(chance, TOWNS, 4)
    before = dict(zip(keys, towns, strict=False))
    path, copy = f"config/{name}.ini", f"backup/{name}.ini"
    after = settings(before | {keys[0]: towns[3]})
    return Draft(
        prompt=f"First copy {path} to {copy}. Then set {keys[0]} in {path} to {towns[3]}. The copy has to "
        "hold the settings as they were before.",
        world=World(files={path: settings(before)}),
        goal=Goal(files={path: FileGoal(text=after), copy: FileGoal(text=settings(before))}),
        calls=[
            steps.read(path),
            steps.write(copy, settings(before), *keys),
            steps.write(path, after, keys[0], towns[3]),
        ],
        milestones=[[1], [2]],
    )


@template("workflow", "medium")
def rotate_log(chance: Random) -> Draft:
    name, day = chance.choice(NOUNS), f"2031-0{chance.randint(1, 9)}-{chance.randint(10, 28)}"
    path, target = f"logs/{name}.log", f"logs/old/{name}-{day}.log"
    text = "".join(f"{sentence(chance)}\n" for _ in range(3))
    event = {"name": "rotated", "file": f"{name}-{day}.log"}
    return Draft(
        prompt=f"Move the log {path} to {target}. Then make a new {path} that holds the one line: log "
        f"started. Last, tell the server at {BASE_URL}: POST /events with a JSON object in which the field "
        f"name is rotated and the field file is {name}-{day}.log.",
        world=served({"events": []}, {path: text}),
        goal=Goal(
            files={path: FileGoal(text="log started"), target: FileGoal(text=text)},
            collections={"events": [{"id": 1, **event}]},
        ),
        calls=[
            steps.move(path, target),
            steps.write(path, "log started\n"),
            steps.request("POST", "/events", event),
        ],
        milestones=[[0], [1], [2]],
    )


@template("workflow", "hard")
def join_collections(chance: Random) -> Draft:
    group = chance.choice(GROUPS)
    members = people(chance, 4)
    best = one_of(chance, members)
    sums = {member["id"]: [chance.randint(10, 60) for _ in range(2)] for member in members}
    sums[best["id"]] = [chance.randint(70, 90), chance.randint(70, 90)]
    pairs = [(member, amount) for member, amounts in sums.items() for amount in amounts]
    chance.shuffle(pairs)
    orders = [{"id": 50 + n, "member": member, "amount": amount} for n, (member, amount) in enumerate(pairs)]
    total = sum(sums[best["id"]])
    return Draft(
        prompt=f"The server at {BASE_URL} lists {group} (GET /{group}) and orders (GET /orders); an order "
        f"has a member (the id of one of the {group}) and an amount. Find the one whose orders have the "
        "highest sum. Write that sum to the file best.txt, and answer with the name alone.",
        world=served({group: members, "orders": orders}),
        goal=Goal(
            files={"best.txt": FileGoal(text=str(total))},
            answer=Answer(
                kind="text",
                value=best["name"],
                others=[member["name"] for member in members if member != best],
            ),
        ),
        calls=[
            steps.request("GET", f"/{group}"),
            steps.request("GET", "/orders"),
            steps.write("best.txt", str(total)),
        ],
        milestones=[[0, 1], [2]],
    )


@template("workflow", "medium")
def make_and_send_token(chance: Random) -> Draft:
    name, user = chance.choice(NOUNS), chance.choice(PEOPLE)
    first, second = chance.randint(100, 999), chance.randint(100, 999)
    token, path = f"{name}-{first * second}", f"bin/make-{name}.sh"
    new = {"user": user, "token": token}
    script = f'#!/bin/sh\nmkdir -p run\necho "{name}-$(({first} * {second}))" > run/token.txt\n'
    return Draft(
        prompt=f"Run the shell script {path}: it writes a token to the file run/token.txt. Then open a "
        f"session at the server at {BASE_URL}: POST /sessions with a JSON object in which the field user is "
        f"{user} and the field token holds the token. Last, delete run/token.txt.",
        world=served({"sessions": []}, {path: script}).model_copy(update={"modes": {path: 0o755}}),
        goal=Goal(files={"run/token.txt": FileGoal()}, collections={"sessions": [{"id": 1, **new}]}),
        calls=[
            steps.run(f"sh {path}", path),
            steps.read("run/token.txt"),
            steps.request("POST", "/sessions", new),
            steps.delete("run/token.txt"),
        ],
        milestones=[[0], [1], [2], [3]],
    )


@template("workflow", "hard")
def write_index(chance: Random) -> Draft:
    names, folder = sorted(some(chance, NOUNS, 3)), f"{chance.choice(PEOPLE).lower()}-docs"
    titles = some(chance, TOWNS, 3)
    files = {
        f"{folder}/{name}.md": f"# {title}\n\n{sentence(chance)}\n"
        for name, title in zip(names, titles, strict=True)
    }
    index = {f"{name}.md": title for name, title in zip(names, titles, strict=True)}
    return Draft(
        prompt=f"Every .md file in the folder {folder} begins with a title, on a line that starts with #. "
        "Write the file index.json: one JSON object that has the name of each of these files (without the "
        "folder) as a key and its title (without the #) as the value.",
        world=World(files=files),
        goal=Goal(files={"index.json": FileGoal(value=index)}),
        calls=[
            steps.listing(folder),
            *(steps.read(path, folder) for path in files),
            steps.write("index.json", json.dumps(index, indent=2), *names),
        ],
        milestones=[[0], [1, 2, 3], [4]],
    )
