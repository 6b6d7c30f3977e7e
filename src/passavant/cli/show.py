"""How commands show text, tables, JSON and progress: plain text that a terminal, a pipe and a screen reader can use.

Everything a command prints goes through here: text that came from outside cannot steer the terminal.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

from passavant.texts import number, pick, plural, visible

if TYPE_CHECKING:
    from passavant.texts import Text

__all__ = ["as_json", "echo", "progress", "table", "unknown_amounts"]

#: What JSON may hold raw and a terminal must not see.
_RAW = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def echo(text: str = "", *, err: bool = False, nl: bool = True) -> None:
    """Print text; control characters in it are replaced."""
    typer.echo(visible(text, lines=True), err=err, nl=nl)


def as_json(content: Any, *, err: bool = False) -> None:
    """Print a value as JSON, one document, for machines; control characters are escaped as JSON escapes them."""
    import json

    text = json.dumps(content, indent=2, ensure_ascii=False, default=str)
    typer.echo(_RAW.sub(lambda found: f"\\u{ord(found[0]):04x}", text), err=err)


def table(rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> None:
    """Print rows as aligned columns, the first row being the headings; columns in ``right`` are right-aligned."""
    shown = [[visible(cell) for cell in row] for row in rows]
    widths = [max(len(row[index]) for row in shown) for index in range(len(shown[0]))]
    for position, row in enumerate(shown):
        cells = [
            cell.rjust(width) if index in right else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        echo("  ".join(cells).rstrip())
        if position == 0:
            echo("  ".join("-" * width for width in widths))


def unknown_amounts(items: int) -> str:
    """Say how many goods items a sum leaves out; empty when there are none."""
    if not items:
        return ""
    return pick(
        f"{number(items)} goods {plural(items, 'item')} without known amounts (no rate, specific duty): not in these sums",
        f"{number(items)} {plural(items, 'article')} sans montant connu (taux absent, droit spécifique) : hors de ces sommes",
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
