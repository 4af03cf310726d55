"""File operations: read, write, append, move, delete, list, search."""

from __future__ import annotations

import json
from random import Random

from llmbench_inspect.suites.tooluse.goals import Answer, FileGoal, Goal
from llmbench_inspect.suites.tooluse.templates import steps
from llmbench_inspect.suites.tooluse.templates.registry import Draft, template
from llmbench_inspect.suites.tooluse.templates.words import (
    FOLDERS,
    NOUNS,
    PEOPLE,
    TOWNS,
    notes,
    sentence,
    settings,
    some,
)
from llmbench_inspect.suites.tooluse.worlds import World


@template("files", "easy")
def create_file(chance: Random) -> Draft:
    folder, (name, *others) = chance.choice(FOLDERS), some(chance, NOUNS, 3)
    path, line = f"{folder}/{name}.txt", sentence(chance)
    return Draft(
        prompt=f"Create the file {path}. It shall hold this one line and nothing else:\n{line}",
        world=World(files=notes(chance, others, folder)),
        goal=Goal(files={path: FileGoal(text=line)}),
        calls=[steps.write(path, line)],
    )


@template("files", "easy")
def append_line(chance: Random) -> Draft:
    folder, names = chance.choice(FOLDERS), some(chance, NOUNS, 3)
    files, line = notes(chance, names, folder), f"{chance.choice(PEOPLE)} was here."
    path = f"{folder}/{names[0]}.txt"
    return Draft(
        prompt=f"Add this line at the end of {path}, and leave what is in the file as it is:\n{line}",
        world=World(files=files),
        goal=Goal(files={path: FileGoal(text=files[path] + line)}),
        calls=[steps.append(path, f"{line}\n")],
    )


@template("files", "easy")
def rename_file(chance: Random) -> Draft:
    folder, (name, new, *others) = chance.choice(FOLDERS), some(chance, NOUNS, 4)
    files = notes(chance, [name, *others], folder)
    path, target = f"{folder}/{name}.txt", f"{folder}/{new}.txt"
    return Draft(
        prompt=f"Rename {path} to {target}.",
        world=World(files=files),
        goal=Goal(files={path: FileGoal(), target: FileGoal(text=files[path])}),
        calls=[steps.move(path, target)],
    )


@template("files", "easy")
def delete_file(chance: Random) -> Draft:
    folder, names = chance.choice(FOLDERS), some(chance, NOUNS, 4)
    path = f"{folder}/{names[0]}.txt"
    return Draft(
        prompt=f"Delete {path}. All other files have to stay.",
        world=World(files=notes(chance, names, folder)),
        goal=Goal(files={path: FileGoal()}),
        calls=[steps.delete(path)],
    )


@template("files", "easy")
def read_setting(chance: Random) -> Draft:
    keys, (town, *towns) = some(chance, NOUNS, 4), some(chance, TOWNS, 4)
    path = f"config/{chance.choice(PEOPLE).lower()}.ini"
    values = dict(zip(keys, [*towns[:2], town, *towns[2:]], strict=True))
    return Draft(
        prompt=f"What is the setting {keys[2]} in {path}? Answer with the value alone.",
        world=World(files={path: settings(values)}),
        goal=Goal(answer=Answer(kind="text", value=town, others=towns)),
        calls=[steps.read(path)],
    )


@template("files", "medium")
def find_word(chance: Random) -> Draft:
    folder, (word, *names) = chance.choice(FOLDERS), some(chance, NOUNS, 6)
    files = notes(chance, names, folder)
    path = f"{folder}/{chance.choice(names)}.txt"
    lines = files[path].splitlines()
    files[path] = "\n".join([*lines[:1], f"Do not forget the {word}.", *lines[1:], ""])
    return Draft(
        prompt=f"One of the files in {folder} holds the word {word}. Answer with the path of that file "
        "alone.",
        world=World(files=files),
        goal=Goal(answer=Answer(kind="text", value=path, others=sorted(files.keys() - {path}))),
        calls=[steps.search(word)],
    )


@template("files", "medium")
def change_json_value(chance: Random) -> Draft:
    names, path = some(chance, NOUNS, 4), f"config/{chance.choice(PEOPLE).lower()}.json"
    before = {name: chance.randint(10, 99) for name in names}
    changed = before | {names[1]: chance.randint(100, 999)}
    return Draft(
        prompt=f"In the JSON file {path}, change the value of {names[1]} to {changed[names[1]]}. All other "
        "values stay as they are.",
        world=World(files={path: json.dumps(before, indent=2) + "\n"}),
        goal=Goal(files={path: FileGoal(value=changed)}),
        calls=[
            steps.read(path),
            steps.write(path, json.dumps(changed, indent=2) + "\n", names[1], str(changed[names[1]])),
        ],
    )


@template("files", "medium")
def collect_logs(chance: Random) -> Draft:
    names, folder = some(chance, NOUNS, 5), chance.choice(FOLDERS)
    logs, texts = sorted(names[:2]), names[2:]
    files = notes(chance, texts, folder) | {f"{folder}/{name}.log": f"{sentence(chance)}\n" for name in logs}
    goal = {
        path: target
        for name in logs
        for path, target in (
            (f"{folder}/{name}.log", FileGoal()),
            (f"archive/{name}.log", FileGoal(text=files[f"{folder}/{name}.log"])),
        )
    }
    return Draft(
        prompt=f"Move every file in {folder} whose name ends in .log into the folder archive. Keep the "
        "names. All other files stay where they are.",
        world=World(files=files),
        goal=Goal(files=goal),
        calls=[
            steps.listing(folder),
            *(steps.move(f"{folder}/{name}.log", f"archive/{name}.log") for name in logs),
        ],
    )


@template("files", "medium")
def count_errors(chance: Random) -> Draft:
    path = f"logs/{chance.choice(NOUNS)}.log"
    errors, others = chance.randint(4, 9), chance.randint(8, 14)
    levels = ["ERROR"] * errors + [chance.choice(("INFO", "WARN", "DEBUG")) for _ in range(others)]
    chance.shuffle(levels)
    lines = [f"{9 + n // 60:02}:{n % 60:02} {level} {sentence(chance)}" for n, level in enumerate(levels)]
    return Draft(
        prompt=f"How many lines of {path} hold the word ERROR? Answer with the number alone.",
        world=World(files={path: "\n".join([*lines, ""])}),
        goal=Goal(answer=Answer(kind="number", value=str(errors))),
        calls=[steps.run(f"grep -c ERROR {path}", "ERROR", path)],
    )


@template("files", "hard")
def sort_unique(chance: Random) -> Draft:
    towns = some(chance, TOWNS, 6)
    lines = [*towns, *some(chance, towns, 3)]
    chance.shuffle(lines)
    path, target = f"data/{chance.choice(NOUNS)}.txt", f"data/{chance.choice(PEOPLE).lower()}-sorted.txt"
    text = "".join(f"{town}\n" for town in sorted(towns))
    return Draft(
        prompt=f"Write the lines of {path} to the new file {target}: in alphabetical order, and each line "
        f"once. Leave {path} as it is.",
        world=World(files={path: "".join(f"{line}\n" for line in lines)}),
        goal=Goal(files={target: FileGoal(text=text)}),
        calls=[steps.read(path), steps.write(target, text)],
    )
