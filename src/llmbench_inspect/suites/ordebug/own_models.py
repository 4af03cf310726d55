"""Problems from elsewhere: LP and MPS files of the user's own, read by HiGHS, and generated ones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from llmbench_inspect.named_path import path_from_shell
from llmbench_inspect.prerequisite import PrerequisiteError
from llmbench_inspect.suites.ordebug.faults.planted import Planted
from llmbench_inspect.suites.ordebug.linear_model import Bounds, LinearModel, Row
from llmbench_inspect.suites.ordebug.problem import Problem
from llmbench_inspect.suites.ordebug.solving import NoAnswerError, find_iis, require_solver, solve

if TYPE_CHECKING:
    import highspy

_ENDINGS: Final = (".lp", ".lp.gz", ".mps", ".mps.gz")
_ORIGINAL: Final = ".original"
_FITTING: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")


def own_problems(named: str) -> list[Problem]:
    """The infeasible models of a file, or of a folder's files; or problems that `generate` wrote.

    Beside `NAME.lp`, the file `NAME.original.lp` is the model that it was before; without it only recovery
    and the IIS can be scored.

    Args:
        named: Path of an LP, MPS or JSONL file, or of a folder of LP and MPS files.

    Raises:
        PrerequisiteError: There is no such file, or one is not an infeasible linear or mixed-integer model.
    """
    require_solver()
    path = path_from_shell(named)
    if path.suffix == ".jsonl":
        return _generated(path)
    found = sorted(path.iterdir()) if path.is_dir() else [path]
    files = [file for file in found if file.is_file() and _stem(file) is not None]
    broken = [file for file in files if not (_stem(file) or "").endswith(_ORIGINAL)]
    if not broken:
        raise PrerequisiteError(
            f"data={path} has no model: files end with {', '.join(_ENDINGS)}. "
            "Give another: -T data=FILE_OR_FOLDER"
        )
    originals = {_stem(file): file for file in files}
    if not path.is_dir():
        beside = sorted(path.parent.iterdir())
        originals = {_stem(file): file for file in beside if _stem(file) is not None}
    return [_problem(file, originals.get(f"{_stem(file)}{_ORIGINAL}")) for file in broken]


def digest_of(problems: Sequence[Problem]) -> str:
    """SHA-256 of problems, with all that they are judged by."""
    return sha256("\n".join(problem.model_dump_json() for problem in problems).encode()).hexdigest()


def _generated(path: Path) -> list[Problem]:
    try:
        return [Problem.model_validate_json(line) for line in path.read_text("utf-8").splitlines()]
    except (OSError, ValidationError) as error:
        raise PrerequisiteError(
            f"{path} cannot be read. Make it: python -m llmbench_inspect.suites.ordebug.generate {path} 2 10"
        ) from error


def read_model(path: Path) -> LinearModel:
    """A model out of a file; a row with two sides becomes two rows, `NAME_least` and `NAME_most`.

    Raises:
        PrerequisiteError: It cannot be read, or is not linear.
    """
    import highspy  # noqa: PLC0415

    highs = highspy.Highs()
    highs.silent()
    if highs.readModel(str(path)) == highspy.HighsStatus.kError:
        raise PrerequisiteError(f"{path} cannot be read by HiGHS. Try it alone: highs {path}")
    if highs.getModel().hessian_.dim_:
        raise PrerequisiteError(f"{path} is not linear. Take the quadratic part of its objective out.")
    return _converted(path, highs.getLp())


def _converted(path: Path, lp: highspy.HighsLp) -> LinearModel:
    import highspy  # noqa: PLC0415

    kinds = {highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger}
    if not set(lp.integrality_) <= kinds:
        raise PrerequisiteError(f"{path} has semi-continuous variables. Write them with a binary variable.")
    variables = _names(lp.col_names_, lp.num_col_, "x")
    rows: dict[str, Row] = {}
    terms: list[dict[str, float]] = [{} for _ in range(lp.num_row_)]
    matrix, by_row = lp.a_matrix_, lp.a_matrix_.format_ != highspy.MatrixFormat.kColwise
    for major in range(lp.num_row_ if by_row else lp.num_col_):
        for place in range(matrix.start_[major], matrix.start_[major + 1]):
            minor, value = matrix.index_[place], float(matrix.value_[place])
            row, column = (major, minor) if by_row else (minor, major)
            if value:
                terms[row][variables[column]] = value
    names = _names(lp.row_names_, lp.num_row_, "c")
    for name, left, low, high in zip(names, terms, lp.row_lower_, lp.row_upper_, strict=True):
        rows |= _rows(name, left, _bound(low), _bound(high))
    bounds = {
        name: Bounds(_bound(low), _bound(high))
        for name, low, high in zip(variables, lp.col_lower_, lp.col_upper_, strict=True)
    }
    objective = {name: float(cost) for name, cost in zip(variables, lp.col_cost_, strict=True) if cost}
    whole = [
        name
        for name, kind in zip(variables, lp.integrality_, strict=False)
        if kind == highspy.HighsVarType.kInteger
    ]
    goal = "min" if lp.sense_ == highspy.ObjSense.kMinimize else "max"
    return LinearModel(
        goal=goal, objective=objective, offset=lp.offset_, rows=rows, bounds=bounds, integers=whole
    )


def _problem(path: Path, original: Path | None) -> Problem:
    model, name = read_model(path), _stem(path) or path.name
    try:
        iis = find_iis(model)
    except NoAnswerError as error:
        raise PrerequisiteError(f"{path}: {error}. Give smaller models: -T data=FILE_OR_FOLDER") from error
    if not iis:
        raise PrerequisiteError(f"{path} is not infeasible: there is nothing to repair. Give others.")
    if original is None:
        return Problem(id=name, model=model, iis=list(iis))
    before = read_model(original)
    optimum = solve(before)
    if optimum.status != "optimal":
        raise PrerequisiteError(f"{original} has no optimum. Give the model as it was when it worked.")
    if before.bounds.keys() != model.bounds.keys() or not before.rows.keys() <= model.rows.keys():
        raise PrerequisiteError(
            f"{path} lacks rows or variables of {original}. No tool adds any: put them in again."
        )
    rows = {key: row for key, row in model.rows.items() if before.rows.get(key) != row}
    bounds = {key: bound for key, bound in model.bounds.items() if before.bounds[key] != bound}
    planted = Planted(before, rows, bounds)
    return Problem(
        id=name,
        model=model,
        iis=list(iis),
        culprits=sorted(planted.culprits),
        repair=planted.repair(),
        before=before,
        optimum=optimum.objective,
    )


def _rows(name: str, terms: dict[str, float], low: float | None, high: float | None) -> dict[str, Row]:
    if low is not None and low == high:
        return {name: Row(terms, "=", low)}
    least = {} if low is None else {name: Row(terms, ">=", low)}
    if high is None:
        return least
    if low is None:
        return {name: Row(terms, "<=", high)}
    return {f"{name}_least": Row(terms, ">=", low), f"{name}_most": Row(terms, "<=", high)}


def _names(given: list[str], count: int, letter: str) -> list[str]:
    """The names of a file where each is one word and no two are the same, else numbers after a letter."""
    if len(set(given)) == count and all(_FITTING.fullmatch(name) for name in given):
        return list(given)
    return [f"{letter}{place}" for place in range(1, count + 1)]


def _bound(value: float) -> float | None:
    return None if abs(value) >= 1e20 else float(value)


def _stem(path: Path) -> str | None:
    """The file's name without its ending; `None` for what is no model."""
    ending = next((ending for ending in _ENDINGS if path.name.lower().endswith(ending)), None)
    return None if ending is None else path.name[: -len(ending)]
