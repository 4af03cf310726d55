"""How many answers a run asks for, checked before it starts against the pass@k that it is to report."""

from __future__ import annotations

from collections.abc import Sequence

from inspect_ai import Epochs

from llmbench_inspect.prerequisite import PrerequisiteError


def attempts_for(k: int | str | Sequence[int | str], samples: int) -> tuple[tuple[int, ...], Epochs]:
    """The numbers of attempts to report pass@k for, and the epochs that give them.

    The epochs carry Inspect's reducer of the largest k, so that Inspect refuses an `--epochs` below it
    before the first call. The scores themselves are not reduced.

    Args:
        k: One number or several.
        samples: Number of epochs.

    Raises:
        PrerequisiteError: When a k is no positive number or above `samples`.
    """
    given = [k] if isinstance(k, int | str) else list(k)
    try:
        numbers = sorted({int(number) for number in given})
    except ValueError:
        numbers = []
    if not numbers or numbers[0] < 1:
        raise PrerequisiteError(f"k={k} is no list of positive numbers. Give it with: -T k=1,10")
    if numbers[-1] > samples:
        raise PrerequisiteError(
            f"pass@{numbers[-1]} needs at least {numbers[-1]} answers to each problem, not {samples}. "
            f"Ask for them with: -T samples={numbers[-1]}"
        )
    return tuple(numbers), Epochs(samples, f"pass_at_{numbers[-1]}")
