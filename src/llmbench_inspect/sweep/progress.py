"""One display for all cells: bars in a terminal, else a line for each cell that begins or ends."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Final, Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from llmbench_inspect.results.skipped import SKIPPED

from .cells import Cell
from .messages import Done, Ended, Message, Started

_WORDS: Final = {
    "complete": "[green]done[/green]",
    "failed": "[red]failed[/red]",
    "stopped": "[yellow]stopped[/yellow]",
    SKIPPED: f"[yellow]{SKIPPED}[/yellow]",
}


class Display:
    """Shows what happens in cells.

    Args:
        cells: Number of cells.
        console: Where it is shown.
    """

    def __init__(self, cells: int, console: Console) -> None:
        self._console = console
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            TextColumn("{task.fields[errors]}"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._all = self._bars.add_task("[bold]cells", total=cells, errors="")
        self._cells: dict[str, TaskID] = {}
        self._errors: dict[str, int] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def tell(self, cell: Cell, told: Message | None) -> None:
        """Show what happened in a cell; `None` for its beginning."""
        with self._lock:
            if told is None:
                if cell.name not in self._cells:
                    self._cells[cell.name] = self._bars.add_task(escape(cell.label), total=None, errors="")
                    self._line(f"begun  {escape(cell.label)}", always=False)
                return
            bar = self._cells[cell.name]
            match told:
                case Started():
                    self._bars.update(bar, total=told.planned, completed=told.held)
                case Done():
                    self._errors[cell.name] = self._errors.get(cell.name, 0) + told.errors
                    errors = self._errors[cell.name]
                    self._bars.update(bar, advance=1, errors=f"[red]{errors} errors" if errors else "")
                case Ended():
                    self._bars.remove_task(bar)
                    self._bars.advance(self._all)
                    reason = f": {escape(told.reason)}" if told.reason else ""
                    self._line(f"{_WORDS[told.status]}  {escape(cell.label)}{reason}", always=True)

    def _line(self, text: str, *, always: bool) -> None:
        if always or not self._console.is_terminal:
            self._console.print(text, highlight=False, soft_wrap=True)
