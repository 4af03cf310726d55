"""System commands: processes, environment, permissions, sizes, checksums, scripts."""

from __future__ import annotations

import hashlib
from random import Random

from llmbench_inspect.suites.tooluse.goals import Answer, FileGoal, Goal
from llmbench_inspect.suites.tooluse.templates import steps
from llmbench_inspect.suites.tooluse.templates.registry import Draft, template
from llmbench_inspect.suites.tooluse.templates.words import (
    NOUNS,
    PEOPLE,
    REGIONS,
    SERVICES,
    TOWNS,
    sentence,
    some,
)
from llmbench_inspect.suites.tooluse.worlds import SERVICE_SCRIPT, Service, World


def _with_services(services: list[Service]) -> World:
    paths = sorted({service.path for service in services})
    return World(
        files=dict.fromkeys(paths, SERVICE_SCRIPT), modes=dict.fromkeys(paths, 0o755), services=services
    )


@template("system", "easy")
def environment_variable(chance: Random) -> Draft:
    names, (town, *towns) = some(chance, NOUNS, 3), some(chance, TOWNS, 3)
    variables = {f"{name.upper()}_SITE": value for name, value in zip(names, [town, *towns], strict=True)}
    wanted = f"{names[0].upper()}_SITE"
    return Draft(
        prompt=f"What is the value of the environment variable {wanted}? Answer with the value alone.",
        world=World(environment=dict(sorted(variables.items()))),
        goal=Goal(answer=Answer(kind="text", value=town, others=towns)),
        calls=[steps.run(f"printenv {wanted}", "env")],
    )


@template("system", "easy")
def run_script(chance: Random) -> Draft:
    path = f"bin/{chance.choice(NOUNS)}.sh"
    first, second, third = (chance.randint(100, 999) for _ in range(3))
    return Draft(
        prompt=f"Run the shell script {path} and answer with the number that it prints.",
        world=World(files={path: f"#!/bin/sh\nexpr {first} \\* {second} - {third}\n"}, modes={path: 0o755}),
        goal=Goal(answer=Answer(kind="number", value=str(first * second - third))),
        calls=[steps.run(f"sh {path}", path)],
    )


@template("system", "easy")
def make_executable(chance: Random) -> Draft:
    name, other = some(chance, NOUNS, 2)
    path, script = f"bin/{name}.sh", f"#!/bin/sh\necho '{sentence(chance)}'\n"
    return Draft(
        prompt=f"Make the file {path} executable. Do not change what is in it.",
        world=World(files={path: script, f"bin/{other}.sh": script}),
        goal=Goal(executable=[path]),
        calls=[steps.run(f"chmod +x {path}", "chmod", path)],
    )


@template("system", "easy")
def count_words(chance: Random) -> Draft:
    path = f"texts/{chance.choice(NOUNS)}.txt"
    text = "".join(f"{sentence(chance)}\n" for _ in range(chance.randint(6, 12)))
    return Draft(
        prompt=f"How many words does {path} hold? Count as the command wc does, and answer with the number "
        "alone.",
        world=World(files={path: text}),
        goal=Goal(answer=Answer(kind="number", value=str(len(text.split())))),
        calls=[steps.run(f"wc -w {path}", path)],
    )


@template("system", "medium")
def largest_file(chance: Random) -> Draft:
    folder, names = f"{chance.choice(PEOPLE).lower()}-data", some(chance, NOUNS, 5)
    files: dict[str, str] = {}
    for name, size in zip(names, some(chance, [str(size) for size in range(1, 9)], 5), strict=True):
        files[f"{folder}/{name}.dat"] = f"{sentence(chance)}\n" * int(size)
    sizes = {path: len(text) for path, text in files.items()}
    path = max(sizes, key=lambda path: sizes[path])
    others = [name for name in names if not path.endswith(f"/{name}.dat")]
    name = path.removeprefix(f"{folder}/")
    return Draft(
        prompt=f"Which file in the folder {folder} is the largest? Answer with its name alone, without the "
        "folder.",
        world=World(files=files),
        goal=Goal(answer=Answer(kind="text", value=name, others=[f"{other}.dat" for other in others])),
        calls=[steps.run(f"ls -lS {folder}", folder)],
    )


@template("system", "medium")
def checksum(chance: Random) -> Draft:
    path, text = f"releases/{chance.choice(NOUNS)}.txt", f"{sentence(chance)} {chance.randint(1000, 9999)}\n"
    return Draft(
        prompt=f"What are the first eight characters of the SHA-256 checksum of {path}? Answer with these "
        "alone.",
        world=World(files={path: text}),
        goal=Goal(answer=Answer(kind="text", value=hashlib.sha256(text.encode()).hexdigest()[:8])),
        calls=[steps.run(f"sha256sum {path} | cut -c1-8", "sha256", path)],
    )


@template("system", "medium")
def count_processes(chance: Random) -> Draft:
    name, other = some(chance, SERVICES, 2)
    count = chance.randint(3, 6)
    services = [Service(path=f"services/{name}", arguments=[f"--slot={slot}"]) for slot in range(count)]
    services += [Service(path=f"services/{other}")] * chance.randint(1, 2)
    return Draft(
        prompt=f"How many processes named {name} are running? Answer with the number alone.",
        world=_with_services(services),
        goal=Goal(answer=Answer(kind="number", value=str(count))),
        calls=[steps.run(f"pgrep -c -x {name}", name)],
    )


@template("system", "medium")
def stop_process(chance: Random) -> Draft:
    names = some(chance, SERVICES, 3)
    return Draft(
        prompt=f"Stop the process named {names[0]}. All other processes have to go on running.",
        world=_with_services([Service(path=f"services/{name}") for name in sorted(names)]),
        goal=Goal(stopped=[f"services/{names[0]}"]),
        calls=[steps.run(f"pkill -x {names[0]}", "kill")],
    )


@template("system", "hard")
def process_argument(chance: Random) -> Draft:
    names, ports = some(chance, SERVICES, 3), some(chance, [str(port) for port in range(8100, 8999)], 3)
    services = [
        Service(path=f"services/{name}", arguments=["--port", port])
        for name, port in zip(names, ports, strict=True)
    ]
    return Draft(
        prompt=f"A process named {names[0]} is running. With which port was it started? Look at its "
        "arguments, and answer with the number alone.",
        world=_with_services(services),
        goal=Goal(answer=Answer(kind="number", value=ports[0])),
        calls=[steps.run(f"ps -ww -o args= -C {names[0]}", "ps")],
    )


_REPORT = """#!/bin/sh
# Usage: see --help
region= out=
while [ $# -gt 0 ]; do
  case "$1" in
    --help)
      echo "Usage: {path} --region REGION --out FILE"
      echo "Writes the total of a region to a file."
      exit 0 ;;
    --region) region=$2; shift 2 || exit 2 ;;
    --out) out=$2; shift 2 || exit 2 ;;
    *) echo "Unknown option: $1. Try --help." >&2; exit 2 ;;
  esac
done
[ -n "$region" ] && [ -n "$out" ] || {{ echo "Options are missing. Try --help." >&2; exit 2; }}
case "$region" in
{cases}
  *) echo "Unknown region: $region" >&2; exit 2 ;;
esac
echo "total=$total" > "$out"
"""


@template("system", "hard")
def script_with_options(chance: Random) -> Draft:
    path, region, out = (
        f"bin/{chance.choice(NOUNS)}.sh",
        chance.choice(REGIONS),
        f"{chance.choice(NOUNS)}.out",
    )
    totals = {name: chance.randint(1000, 9999) for name in REGIONS}
    cases = "\n".join(f"  {name}) total={total} ;;" for name, total in totals.items())
    return Draft(
        prompt=f"The shell script {path} writes the total of a region to a file. Have it write the total of "
        f"the region {region} to {out}. Its option --help says how it is used.",
        world=World(files={path: _REPORT.format(path=path, cases=cases)}, modes={path: 0o755}),
        goal=Goal(files={out: FileGoal(text=f"total={totals[region]}")}),
        calls=[
            steps.run(f"sh {path} --help", path),
            steps.run(f"sh {path} --region {region} --out {out}", path, region, out),
        ],
    )
