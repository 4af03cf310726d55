"""API calls: reading, making, changing and deleting items of an HTTP server, and working on what it sends."""

from __future__ import annotations

from random import Random
from typing import Any

from llmbench_inspect.suites.tooluse.goals import Answer, FileGoal, Goal
from llmbench_inspect.suites.tooluse.templates import steps
from llmbench_inspect.suites.tooluse.templates.registry import Draft, template
from llmbench_inspect.suites.tooluse.templates.words import (
    GOODS,
    GROUPS,
    NOUNS,
    PEOPLE,
    SUMS,
    TOWNS,
    WARES,
    some,
)
from llmbench_inspect.suites.tooluse.worlds import BASE_URL, Key, Server, World

Item = dict[str, Any]


def served(collections: dict[str, list[Item]], files: dict[str, str] | None = None, **more: Any) -> World:
    """A world with a server."""
    return World(files=files or {}, server=Server(collections=collections, **more))


def people(chance: Random, count: int) -> list[Item]:
    """Members with a name, a town and an age."""
    names, towns, first = some(chance, PEOPLE, count), some(chance, TOWNS, count), chance.randint(1, 90)
    return [
        {"id": number, "name": name, "town": town, "age": chance.randint(20, 70)}
        for number, (name, town) in enumerate(zip(names, towns, strict=True), first)
    ]


def stock(chance: Random, count: int) -> list[Item]:
    """Products with a name, a price and a number in stock, no two of them equal."""
    names, first = some(chance, GOODS, count), chance.randint(1, 90)
    prices, counts = (
        some(chance, [*map(str, range(10, 99))], count),
        some(chance, [*map(str, range(100, 999))], count),
    )
    return [
        {"id": number, "name": name, "price": int(price), "stock": int(left)}
        for number, (name, price, left) in enumerate(zip(names, prices, counts, strict=True), first)
    ]


def one_of(chance: Random, items: list[Item]) -> Item:
    """One item by chance."""
    return items[chance.randrange(len(items))]


def changed(items: list[Item], number: int, **fields: Any) -> list[Item]:
    """Items of which one has other fields."""
    return [item | fields if item["id"] == number else item for item in items]


@template("api", "easy")
def read_field(chance: Random) -> Draft:
    group = chance.choice(GROUPS)
    items = people(chance, 6)
    item = one_of(chance, items)
    return Draft(
        prompt=f"The server at {BASE_URL} has {group}; GET /{group}/ID shows one of them. In which town does "
        f"the one with the id {item['id']} live? Answer with the town alone.",
        world=served({group: items}),
        goal=Goal(
            answer=Answer(
                kind="text", value=item["town"], others=[other["town"] for other in items if other != item]
            )
        ),
        calls=[steps.request("GET", f"/{group}/{item['id']}")],
    )


@template("api", "easy")
def create_item(chance: Random) -> Draft:
    group = chance.choice(GROUPS)
    items = people(chance, 3)
    free = sorted({*PEOPLE} - {item["name"] for item in items})
    new = {"name": chance.choice(free), "town": chance.choice(TOWNS), "age": chance.randint(20, 70)}
    return Draft(
        prompt=f"The server at {BASE_URL} has {group}. POST /{group} with a JSON object makes a new one. "
        f"Make one with the name {new['name']}, the town {new['town']} and the age {new['age']} (a number). "
        "The fields are called name, town and age.",
        world=served({group: items}),
        goal=Goal(collections={group: [*items, {"id": items[-1]["id"] + 1, **new}]}),
        calls=[steps.request("POST", f"/{group}", new)],
    )


@template("api", "easy")
def change_field(chance: Random) -> Draft:
    group = chance.choice(WARES)
    items = stock(chance, 5)
    item, price = one_of(chance, items), chance.randint(100, 200)
    return Draft(
        prompt=f"The server at {BASE_URL} has {group}. PATCH /{group}/ID with a JSON object changes those "
        f"fields of one that it names. Set the price of the one with the id {item['id']} to {price}.",
        world=served({group: items}),
        goal=Goal(collections={group: changed(items, item["id"], price=price)}),
        calls=[steps.request("PATCH", f"/{group}/{item['id']}", {"price": price})],
    )


@template("api", "easy")
def delete_item(chance: Random) -> Draft:
    group = chance.choice(WARES)
    items = stock(chance, 6)
    item = one_of(chance, items)
    return Draft(
        prompt=f"The server at {BASE_URL} has {group}, "
        f"{', '.join(sorted(other['name'] for other in items))}. Delete the one with the id {item['id']}: "
        f"the request is DELETE /{group}/ID.",
        world=served({group: items}),
        goal=Goal(collections={group: [other for other in items if other != item]}),
        calls=[steps.request("DELETE", f"/{group}/{item['id']}")],
    )


@template("api", "medium")
def count_by_status(chance: Random) -> Draft:
    group = chance.choice(SUMS)
    status = chance.choice(("open", "paid", "late"))
    states = [status] * chance.randint(4, 8) + [chance.choice(("void", "draft")) for _ in range(7)]
    chance.shuffle(states)
    items = [
        {"id": n, "customer": chance.choice(PEOPLE), "status": state} for n, state in enumerate(states, 1)
    ]
    return Draft(
        prompt=f"The server at {BASE_URL} has {group}. GET /{group} lists them, and GET /{group}?status=NAME "
        f"those with a status. How many {group} have the status {status}? Answer with the number alone.",
        world=served({group: items}),
        goal=Goal(answer=Answer(kind="number", value=str(states.count(status)))),
        calls=[steps.request("GET", f"/{group}?status={status}")],
    )


@template("api", "medium")
def send_key(chance: Random) -> Draft:
    group = chance.choice(WARES)
    items, value = stock(chance, 5), f"{chance.choice(NOUNS)}-{chance.randint(1000, 9999)}"
    item = one_of(chance, items)
    return Draft(
        prompt=f"The server at {BASE_URL} answers requests that bring the header X-Api-Key with the value "
        f"{value}. GET /{group}/ID shows one of its {group}. How many pieces are in stock of the one with "
        f"the id {item['id']}? Answer with the number alone.",
        world=served(
            {group: items}, key=Key(header="X-Api-Key", value=value, hint="The header X-Api-Key is missing.")
        ),
        goal=Goal(answer=Answer(kind="number", value=str(item["stock"]))),
        calls=[steps.request("GET", f"/{group}/{item['id']}", headers={"X-Api-Key": value})],
    )


@template("api", "medium")
def find_and_change(chance: Random) -> Draft:
    group = chance.choice(GROUPS)
    items = people(chance, 6)
    item = one_of(chance, items)
    town = chance.choice(sorted({*TOWNS} - {other["town"] for other in items}))
    return Draft(
        prompt=f"The server at {BASE_URL} has {group}. GET /{group} lists them; PATCH /{group}/ID with a "
        f"JSON object changes fields of one. {item['name']} has moved: set the field town to {town} there.",
        world=served({group: items}),
        goal=Goal(collections={group: changed(items, item["id"], town=town)}),
        calls=[
            steps.request("GET", f"/{group}"),
            steps.request("PATCH", f"/{group}/{item['id']}", {"town": town}),
        ],
    )


@template("api", "medium")
def lowest_stock(chance: Random) -> Draft:
    group = chance.choice(WARES)
    items = stock(chance, 7)
    lowest = min(items, key=lambda item: item["stock"])
    return Draft(
        prompt=f"The server at {BASE_URL} has {group}; GET /{group} lists them. Of which is the least "
        "in stock? Answer with its name alone.",
        world=served({group: items}),
        goal=Goal(
            answer=Answer(
                kind="text",
                value=lowest["name"],
                others=[item["name"] for item in items if item != lowest],
            )
        ),
        calls=[steps.request("GET", f"/{group}")],
    )


@template("api", "hard")
def sum_pages(chance: Random) -> Draft:
    group = chance.choice(SUMS)
    items = [{"id": n, "amount": chance.randint(10, 99)} for n in range(1, chance.randint(8, 11))]
    pages = -(-len(items) // 3)
    return Draft(
        prompt=f"The server at {BASE_URL} has {group}. GET /{group}?page=1 shows the first page of them and "
        f"says how many pages there are. What is the sum of the amounts of all {group}? Answer with the "
        "number alone.",
        world=served({group: items}, page_size=3),
        goal=Goal(answer=Answer(kind="number", value=str(sum(item["amount"] for item in items)))),
        calls=[steps.request("GET", f"/{group}?page={page}") for page in range(1, pages + 1)],
    )


@template("api", "hard")
def export_csv(chance: Random) -> Draft:
    group = chance.choice(WARES)
    items, path = stock(chance, 4), f"export/{chance.choice(NOUNS)}.csv"
    text = "".join(
        f"{line}\n" for line in ["name,price", *(f"{item['name']},{item['price']}" for item in items)]
    )
    return Draft(
        prompt=f"The server at {BASE_URL} has {group}; GET /{group} lists them as JSON. Write them to the "
        f"file {path} as CSV: the first line is name,price and each following line holds these two of a "
        "product, in the order in which the server lists them.",
        world=served({group: items}),
        goal=Goal(files={path: FileGoal(text=text)}),
        calls=[steps.request("GET", f"/{group}"), steps.write(path, text)],
    )
