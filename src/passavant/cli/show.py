"""How commands show tables, JSON and progress: plain text that a terminal, a pipe and a screen reader can use."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

from passavant.texts import number, pick

if TYPE_CHECKING:
    from passavant.texts import Text

__all__ = ["as_json", "progress", "table", "unknown_amounts"]


def as_json(content: Any) -> None:
    """Print a value as JSON, one document, for machines."""
    import json

    typer.echo(json.dumps(content, indent=2, ensure_ascii=False, default=str))


def table(rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> None:
    """Print rows as aligned columns, the first row being the headings; columns in ``right`` are right-aligned."""
    widths = [max(len(row[index]) for row in rows) for index in range(len(rows[0]))]
    for position, row in enumerate(rows):
        cells = [
            cell.rjust(width) if index in right else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        typer.echo("  ".join(cells).rstrip())
        if position == 0:
            typer.echo("  ".join("-" * width for width in widths))


def unknown_amounts(items: int) -> str:
    """Say how many goods items a sum leaves out; empty when there are none."""
    if not items:
        return ""
    return pick(
        f"{number(items)} goods items without known amounts (no rate, specific duty): not in these sums",
        f"{number(items)} articles sans montants connus (taux absent, droit spécifique) : hors de ces sommes",
    )


@contextmanager
def progress(stages: Sequence[Text]) -> Iterator[Callable[[Text, int], None] | None]:
    """Give a callback that shows a bar on a terminal; None in a pipe, where nothing is shown."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[rows]}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(stages[0].say(), total=len(stages), rows="")

        def tell(stage: Text, rows: int) -> None:
            shown = f"{number(rows)} {pick('rows', 'lignes')}"
            bar.update(task, completed=list(stages).index(stage), description=stage.say(), rows=shown)

        yield tell
