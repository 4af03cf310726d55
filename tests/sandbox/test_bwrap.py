"""The `bwrap` sandbox as tasks and users meet it: in evals, with Inspect's tools, with binds and limits."""

from pathlib import Path

import pytest
from inspect_ai import Task
from inspect_ai import eval as run_eval
from inspect_ai.dataset import Sample
from inspect_ai.log import EvalLog, read_eval_log
from inspect_ai.model import Model, ModelOutput, ModelUsage, get_model
from inspect_ai.scorer import Score, Scorer, Target, accuracy, scorer
from inspect_ai.solver import Generate, Solver, TaskState, generate, solver, use_tools
from inspect_ai.tool import text_editor
from inspect_ai.util import (
    ExecRemoteAwaitableOptions,
    SandboxEnvironmentSpec,
    SandboxUserUnsupportedError,
    sandbox,
)

from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.sandbox import BwrapConfig, BwrapSandboxEnvironment

pytestmark = pytest.mark.anyio


def model(*outputs: ModelOutput) -> Model:
    given = [*outputs, *(ModelOutput.from_content("mockllm/model", "done") for _ in range(5))]
    for output in given:
        output.usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)
    return get_model("mockllm/model", custom_outputs=given)


def run(task: Task, logs: Path, *outputs: ModelOutput) -> EvalLog:
    (log,) = run_eval(task, model=model(*outputs), log_dir=str(logs), display="none")
    return log


@solver
def leave_a_file() -> Solver:
    async def solve(state: TaskState, generate: Generate) -> TaskState:
        state.metadata["found"] = (await sandbox().exec(["ls", ".", "/tmp", "/var/tmp"])).stdout
        for folder in (".", "/tmp", "/var/tmp"):
            await sandbox().write_file(f"{folder}/left", "behind")
        return await generate(state)

    return solve


@scorer(metrics=[accuracy()])
def started_clean() -> Scorer:
    async def score(state: TaskState, target: Target) -> Score:
        left = await sandbox().read_file("left")
        return Score(
            value=left == "behind" and state.metadata["found"] == ".:\ngiven\n\n/tmp:\n\n/var/tmp:\n"
        )

    return score


def test_each_epoch_has_a_jail_of_its_own(tmp_path: Path) -> None:
    sample = Sample(input="go", files={"given": "text"})
    log = run(
        Task([sample], solver=leave_a_file(), scorer=started_clean(), sandbox="bwrap", epochs=3), tmp_path
    )
    assert log.status == "success", log.error
    assert [sample.scores["started_clean"].value for sample in log.samples or []] == [True] * 3


def test_the_configuration_is_in_the_log(tmp_path: Path) -> None:
    config = BwrapConfig(binds={"/opt/here": "/usr/share"}, memory=1 << 30)
    spec = SandboxEnvironmentSpec("bwrap", config)
    log = run(Task([Sample(input="go")], solver=generate(), sandbox=spec), tmp_path)
    assert read_eval_log(log.location).eval.sandbox == spec


@solver
def run_remotely() -> Solver:
    async def solve(state: TaskState, generate: Generate) -> TaskState:
        options = ExecRemoteAwaitableOptions(timeout=20)
        result = await sandbox().exec_remote(["sh", "-c", "echo out; exit 3"], options, stream=False)
        state.metadata["remote"] = (result.stdout, result.returncode)
        return state

    return solve


def test_inspects_own_tools(tmp_path: Path) -> None:
    call = ModelOutput.for_tool_call(
        "mockllm/model", "text_editor", {"command": "view", "path": "/sandbox/given"}
    )
    sample = Sample(input="go", files={"given": "the text"})
    steps = [use_tools(text_editor()), generate(), run_remotely()]
    log = run(Task([sample], solver=steps, sandbox="bwrap"), tmp_path, call)
    assert log.status == "success", log.error
    assert log.samples
    assert "the text" in log.samples[0].messages[2].text
    assert log.samples[0].metadata["remote"] == ["out\n", 3] or log.samples[0].metadata["remote"] == (
        "out\n",
        3,
    )


def test_what_is_lacking_is_said_before_the_model_is_called(tmp_path: Path) -> None:
    spec = SandboxEnvironmentSpec("bwrap", BwrapConfig(binds={"/opt/node": "/no/such/folder"}))
    called: list[str] = []

    @solver
    def notice() -> Solver:
        async def solve(state: TaskState, generate: Generate) -> TaskState:
            called.append("model")
            return await generate(state)

        return solve

    with pytest.raises(PrerequisiteError, match="/no/such/folder"):
        run(Task([Sample(input="go")], solver=notice(), sandbox=spec), tmp_path)
    assert called == []


def test_local_is_warned_of(tmp_path: Path) -> None:
    task = Task([Sample(input="go"), Sample(input="again")], solver=generate())
    for kind, warnings in (("local", 1), ("bwrap", 0)):
        (log,) = run_eval(task, model=model(), sandbox=kind, log_dir=str(tmp_path), display="none")
        said = [
            event.message.message
            for sample in read_eval_log(log.location).samples or []
            for event in sample.events
            if event.event == "logger"
        ]
        assert len([message for message in said if "protects nothing" in message]) == warnings


class TestBinds:
    @pytest.fixture
    def config(self, tmp_path: Path) -> BwrapConfig:
        package = tmp_path / "closed" / "node_modules" / "vue"
        package.mkdir(parents=True)
        (package / "index.js").write_text("export {}", encoding="utf-8")
        (tmp_path / "closed").chmod(0o700)
        modules = str(package.parent)
        return BwrapConfig(binds={"/sandbox/node_modules": modules, "/opt/modules": modules})

    async def test_they_are_read_only(self, sandbox_env: BwrapSandboxEnvironment, tmp_path: Path) -> None:
        for folder in ("node_modules", "/opt/modules"):
            assert await sandbox_env.read_file(f"{folder}/vue/index.js") == "export {}"
            with pytest.raises(OSError, match=r"index\.js"):
                await sandbox_env.write_file(f"{folder}/vue/index.js", "changed")
            assert not (await sandbox_env.exec(["rm", "-r", f"{folder}/vue"])).success
        await sandbox_env.write_file("own.txt", "text")
        source = tmp_path / "closed" / "node_modules" / "vue" / "index.js"
        assert source.read_text(encoding="utf-8") == "export {}"


@pytest.mark.parametrize("path", ["relative", "/a/../b"])
def test_odd_binds_are_refused(path: str) -> None:
    with pytest.raises(ValueError, match="is not an absolute path"):
        BwrapConfig(binds={path: "/usr"})


async def test_a_background_process_lasts_until_the_sample_ends(sandbox_env: BwrapSandboxEnvironment) -> None:
    server = "nohup sh -c 'while true; do date +%N > beat; sleep 0.05; done' > /dev/null 2>&1 &"
    assert (await sandbox_env.exec(["sh", "-c", server])).success
    beats = set()
    for _ in range(20):
        beats.add((await sandbox_env.exec(["sh", "-c", "sleep 0.1; cat beat"])).stdout)
        if len(beats - {""}) > 1:
            return
    pytest.fail("it stopped with the command that started it")


async def test_a_grandchild_that_holds_the_output_is_not_waited_for(
    sandbox_env: BwrapSandboxEnvironment,
) -> None:
    result = await sandbox_env.exec(["sh", "-c", "echo early; sleep 60 &"], timeout=20)
    assert (result.stdout, result.returncode) == ("early\n", 0)


async def test_output_until_a_timeout_is_told(sandbox_env: BwrapSandboxEnvironment) -> None:
    with pytest.raises(TimeoutError) as caught:
        await sandbox_env.exec(["sh", "-c", "echo early; sleep 60"], timeout=1)
    assert getattr(caught.value, "truncated_output", None) == "early\n"


async def test_what_is_missing_is_a_failed_command(sandbox_env: BwrapSandboxEnvironment) -> None:
    result = await sandbox_env.exec(["no-such-program"])
    assert (result.returncode, result.stderr) == (127, "no-such-program: No such file or directory\n")
    assert (await sandbox_env.exec(["true"], cwd="no-such-folder")).returncode == 127


async def test_other_users_are_not_supported(sandbox_env: BwrapSandboxEnvironment) -> None:
    with pytest.raises(SandboxUserUnsupportedError):
        await sandbox_env.exec(["true"], user="root")
    assert (await sandbox_env.exec(["id", "-un"], user="sandbox")).stdout == "sandbox\n"


async def test_output_can_be_opened_by_name(sandbox_env: BwrapSandboxEnvironment) -> None:
    result = await sandbox_env.exec(
        ["sh", "-c", "echo out > /dev/stdout; echo err > /dev/stderr; cat /dev/stdin"], "in"
    )
    assert (result.stdout, result.stderr) == ("out\nin", "err\n")
