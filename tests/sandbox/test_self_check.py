"""Inspect's own suite for sandbox providers; all of it but what needs a second user inside."""

import pytest
from inspect_ai.util._sandbox.self_check import *  # noqa: F403

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def _other_users(request: pytest.FixtureRequest) -> None:
    if request.node.originalname == "test_exec_as_user":
        request.applymarker(pytest.mark.xfail(reason="a jail has one user", strict=True))
