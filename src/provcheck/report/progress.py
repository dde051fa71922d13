"""The progress display: a bar on a terminal while a run is under way."""

from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from provcheck.model import Judgement


class BarProgress:
    """Shows packages done, attestations found and the time left, and wipes it all when the run ends.

    It shows numbers and Provcheck's own words only, so nothing from outside can take effect.
    """

    def __init__(self, stream: TextIO, *, color: bool) -> None:
        console = Console(file=stream, no_color=not color, markup=False, emoji=False, highlight=False)
        self._progress = Progress(
            TextColumn("Checking packages"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[found]} attestations"),
            TimeRemainingColumn(compact=True),
            console=console,
            transient=True,
        )
        self._task: TaskID | None = None
        self._found = 0

    def start(self, total: int) -> None:
        """Show the bar, at the beginning of ``total`` packages."""
        self._task = self._progress.add_task("", total=total, found=0)
        self._progress.start()

    def advance(self, judgement: Judgement) -> None:
        """Count one more package, and its attestations."""
        if self._task is not None:
            self._found += len(judgement.attestations)
            self._progress.update(self._task, advance=1, found=self._found)

    def stop(self) -> None:
        """Wipe the bar."""
        self._progress.stop()
