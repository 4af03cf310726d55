"""Every fixture scores what it says: gold 10, unchanged and each bad answer as stated."""

import json

import anyio
import jsonschema
import pytest

from llmbench_inspect.suites.vue.calibration import calibrate, claims
from llmbench_inspect.suites.vue.fixtures import fixtures_folder, load_fixtures
from llmbench_inspect.suites.vue.specification import json_schema
from llmbench_inspect.suites.vue.type_checker import type_checker

NAMES = sorted(folder.parent.name for folder in fixtures_folder().glob("*/validation_spec.json"))


def test_there_are_enough_fixtures() -> None:
    assert len(NAMES) >= 10


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_fixture_holds(name: str) -> None:
    [fixture] = load_fixtures([name])
    found = claims(fixture, anyio.run(calibrate, fixture, type_checker()))
    assert [claim for claim in found if not claim.holds] == []
    assert {claim.what for claim in found} >= {"gold", "unchanged", "bad/", "tool_sequence.json"}


@pytest.mark.parametrize("name", NAMES)
def test_the_specification_fits_the_published_schema(name: str) -> None:
    folder = fixtures_folder()
    schema = json.loads((folder / "validation_spec.schema.json").read_text("utf-8"))
    assert schema == json_schema()
    jsonschema.validate(json.loads((folder / name / "validation_spec.json").read_text("utf-8")), schema)
