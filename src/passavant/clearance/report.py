"""The report of a clearance: one HTML page over one or several runs, to read, print and send.

It needs nothing but a browser: style and charts stand in the page, there is no script, and nothing is fetched.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from passavant.engines import Engine, open_duckdb
from passavant.errors import BadInput, Place
from passavant.texts.file_faults import fault_of

if TYPE_CHECKING:
    from passavant.clearance.report_view import View

__all__ = ["write_report"]


def write_report(
    runs: Sequence[Path],
    path: Path,
    *,
    language: Literal["en", "fr"],
    engine: Engine | None = None,
    explained: tuple[Path, str] | None = None,
) -> None:
    """Write the report of one or several runs as one HTML page.

    Args:
        runs: Folders written by ``clear``, such as the same day under two laws.
        path: The page to write; it appears whole or not at all.
        language: Language of the page.
        engine: Session to use (default: a new one).
        explained: A run and a consignment of it to explain in full.

    Raises:
        NotFound: the consignment to explain is not in its run.
        BadInput: no run is named, a folder holds none, or the page cannot be written.
    """
    from passavant.clearance.report_charts import prepare
    from passavant.clearance.report_page import page

    if not runs:
        raise _nothing(path)
    engine = engine or open_duckdb()
    with ThreadPoolExecutor(1) as aside:  # the chart libraries start while the engine counts
        ready = aside.submit(prepare)
        views = _views(engine, runs, language)
        ready.result()
    explanation = None
    if explained is not None:
        from passavant.clearance.explain import explain

        explanation = explain(*explained, engine=engine)
    _write(path, page(views, explanation))


def _views(engine: Engine, runs: Sequence[Path], language: str) -> list[View]:
    from passavant.clearance.report_data import gather
    from passavant.clearance.report_view import View
    from passavant.clearance.run_law import law_of

    figures = [gather(engine, folder) for folder in runs]
    return [
        View(found, law_of(found.folder, found.manifest), language, f"run-{place}")
        for place, found in enumerate(figures, 1)
    ]


def _write(path: Path, text: str) -> None:
    """Write beside, then rename: no half page is ever seen."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        why = fault_of(error)
        raise BadInput(
            "clearance.report.unwritable",
            got=(f"the page cannot be written: {why.en}", f"la page ne peut être écrite : {why.fr}"),
            expected=("a path in a folder that can be written", "un chemin dans un dossier accessible en écriture"),
            next_step=("Name another file.", "Indiquez un autre fichier."),
            place=Place(file=str(path)),
        ) from error


def _nothing(path: Path) -> BadInput:
    return BadInput(
        "clearance.report.no_run",
        got=("no run to report on", "aucun traitement dont rendre compte"),
        expected=(
            "at least one folder written by `passavant clear -o OUT`",
            "au moins un dossier écrit par `passavant clear -o OUT`",
        ),
        next_step=("Name a run.", "Indiquez un traitement."),
        place=Place(file=str(path)),
    )
