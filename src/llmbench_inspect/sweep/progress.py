"""One display for all cells: bars in a terminal, else a line for each cell that begins or ends."""

from __future__ import annotations

import threading
from collections import Counter
from types import TracebackType
from typing import Final, Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from llmbench_inspect.results.skipped import SKIPPED

from .cells import Cell
from .messages import Begun, Done, Ended, Lost, Message, Started

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
        self._errors: Counter[str] = Counter()
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def tell(self, cell: Cell, told: Message) -> None:
        """Show what happened in a cell."""
        with self._lock:
            match told:
                case Begun():
                    if cell.folder not in self._cells:
                        bar = self._bars.add_task(escape(cell.label), total=None, errors="")
                        self._cells[cell.folder] = bar
                        self._line(f"begun  {escape(cell.label)}", always=False)
                case Started():
                    bar = self._cells[cell.folder]
                    self._bars.update(bar, total=told.planned, completed=told.held)
                case Done():
                    self._errors[cell.folder] += told.errors
                    errors = self._errors[cell.folder]
                    note = f"[red]{errors} errors" if errors else ""
                    self._bars.update(self._cells[cell.folder], advance=1, errors=note)
                case Lost():
                    self._line(
                        f"[yellow]lost[/yellow]  {escape(f'{cell.label}: {told.reason}')}", always=True
                    )
                case Ended():
                    # One that waits for its turn has no bar.
                    if cell.folder in self._cells:
                        self._bars.remove_task(self._cells[cell.folder])
                    self._bars.advance(self._all)
                    reason = f": {escape(told.reason)}" if told.reason else ""
                    self._line(f"{_WORDS[told.status]}  {escape(cell.label)}{reason}", always=True)

    def _line(self, text: str, *, always: bool) -> None:
        if always or not self._console.is_terminal:
            self._console.print(text, highlight=False, soft_wrap=True)
