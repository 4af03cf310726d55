"""Long context: what does a model still find, join and obey far into a prompt, and what does the length cost?

The texts and questions were made for this project; docs/long-context.md says how they are asked and scored.
"""

from inspect_ai import Task, task
from inspect_ai.model import GenerateConfig

from llmbench_inspect.identity import identified
from llmbench_inspect.statistics import until_decided
from llmbench_inspect.suites.longcontext import Kind, at_length, long_context_scorers, plan
from llmbench_inspect.telemetry import MAX_RETRIES, timed

SILENT_SECONDS = 3600
"""A slow machine reads a long prompt for as long before its first token."""


@task
def long_context(
    kind: Kind = "needle",
    lengths: int | str | list[int | str] = "2k,8k,32k,64k,128k",
    depths: float | str | list[float | str] | None = None,
    *,
    questions: int = 4,
    haystack: str | None = None,
    codebase: str | None = None,
    window: int | None = None,
    seed: int = 0,
    stop_at: float | None = None,
) -> Task:
    """Ask questions at the end of long texts.

    Args:
        kind: `needle` (one key to find), `multi_needle` (four keys), `multi_doc` (an answer that joins two
            documents), `codebase` (a chain of calls through files) or `constraints` (the form of the answer).
        lengths: Tokens of prompt and answer together; k is 1024.
        depths: Where what is needed stands, from 0 (beginning) to 1 (end); 0,0.25,0.5,0.75,1 by default.
        questions: How many are asked at each length and depth.
        haystack: Text file, or folder of .txt and .md files, in the place of the generated text.
        codebase: Folder of a Python project, in the place of the generated one.
        window: Tokens that the model takes; found out where the server tells.
        seed: Chooses questions and texts.
        stop_at: A threshold such as 0.8: the run ends when it is certain whether the score reaches it.
    """
    planned = plan(
        kind,
        lengths=lengths,
        depths=depths,
        questions=questions,
        haystack=haystack,
        codebase=codebase,
        window=window,
        seed=seed,
    )
    whole = Task(
        dataset=planned.dataset,
        solver=timed(at_length(planned.material, window=window, seed=seed)),
        scorer=long_context_scorers(kind),
        # One call at a time: what others do to the server would be in the time to the first token.
        config=GenerateConfig(
            temperature=0.0,
            max_tokens=512,
            max_connections=1,
            max_retries=MAX_RETRIES,
            stream_idle_timeout=SILENT_SECONDS,
        ),
        version=1,
        metadata={"text": planned.text},
    )
    return identified(until_decided(whole, stop_at))
