"""The constraint of CSV with a header."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from pydantic import Field
from typing_extensions import override

from llmbench_inspect.answers.constraints.constraint import Constraint, Problem, constraint
from llmbench_inspect.answers.constraints.keyed import shown


@constraint(
    code="csv", name="CSV with a header", summary="The answer is CSV with a header and equally long rows."
)
class Csv(Constraint):
    """CSV as RFC 4180 has it, with commas.

    Either end of line will do, and lines that hold nothing do not count. Space around the names in the header
    counts.

    Passes, with `{"header": ["host", "load"], "rows": 2}`:

        host,load
        web-1,0.7
        "web-2, spare",1.3

    Fails as `missing_key`, with `{"header": ["host", "load"]}`:

        host
        web-1

    Fails as `extra_key`, with `{"header": ["host"]}`:

        host,load
        web-1,0.7

    Fails as `wrong_value`, with `{"header": ["host", "load"]}`:

        load,host
        0.7,web-1

    Fails as `wrong_count`, with `{"header": ["host", "load"]}`:

        host,load
        web-1,0.7,1.3

    Fails as `wrong_type`, with `{"header": ["host", "load"]}`:

        | host | load |
        |------|------|
        | web-1 | 0.7 |
    """

    header: list[str] = Field(min_length=1)
    """Names of the columns, in order."""
    rows: int | None = Field(default=None, ge=0)
    """How many rows follow; any number where it is left out."""

    @override
    def problems(self, text: str) -> Iterator[Problem]:
        try:
            lines = [row for row in csv.reader(io.StringIO(text), strict=True) if row]
        except csv.Error as error:
            yield Problem("wrong_type", f"no CSV: {error}")
            return
        header, rows = lines[0], lines[1:]
        if not set(self.header) & set(header):
            yield Problem("wrong_type", f"{shown(','.join(header))} is no header {','.join(self.header)}")
            return
        yield from self._columns(header)
        for number, row in enumerate(rows, 1):
            if len(row) != len(header):
                yield Problem("wrong_count", f"row {number} has {len(row)} fields, the header {len(header)}")
                break
        if self.rows is not None and len(rows) != self.rows:
            yield Problem("wrong_count", f"{len(rows)} rows, not {self.rows}")

    def _columns(self, header: list[str]) -> Iterator[Problem]:
        missing = [name for name in self.header if name not in header]
        extra = [name for name in header if name not in self.header]
        if missing:
            yield Problem("missing_key", f"no column {', '.join(missing)}")
        if extra or len(header) > len(set(header)):
            yield Problem("extra_key", f"columns that were not asked for: {shown(extra or header)}")
        if not missing and not extra and header != self.header and len(header) == len(self.header):
            yield Problem("wrong_value", f"the columns stand in another order: {', '.join(header)}")
