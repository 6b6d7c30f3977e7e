"""Make a day: portions drawn on one core while the other writes them, in bounded memory."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from passavant.errors import BadInput, Place
from passavant.synthetic.chance import salt
from passavant.synthetic.columns import declared
from passavant.synthetic.draft import KINDS
from passavant.synthetic.draw import Portion, batches, draw
from passavant.synthetic.faults import inject
from passavant.synthetic.truth import TRUTH, count_kinds, truth
from passavant.synthetic.world import World, build_world
from passavant.synthetic.writers import FORMATS, open_writer
from passavant.texts.file_faults import fault_of

__all__ = ["Generated", "generate"]

_PORTION = 122_880  # rows drawn at once: one Parquet row group
_BUYERS = 8  # possible buyers per row, so that about one parcel in nine goes to a buyer with several
_MOST = 90_000_000  # rows: S10 serial numbers of one day must not repeat


@dataclass(frozen=True)
class Generated:
    """What was written: ``faults`` counts the rows that carry each kind."""

    folder: Path
    parcels: Path
    truth: Path
    rows: int
    consignments: int
    seed: int
    day: date
    destination: str
    faults: dict[str, int]

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, as JSON takes them."""
        values = asdict(self)
        return {name: str(value) if isinstance(value, Path | date) else value for name, value in values.items()}


def generate(
    rows: int,
    *,
    seed: int,
    day: date,
    destination: str = "EU",
    out: Path,
    format: str = "parquet",  # noqa: A002  # the word of the command line
    progress: Callable[[int], None] | None = None,
) -> Generated:
    """Write a synthetic day of e-commerce consignments, with the truth about its faults beside it.

    Args:
        rows: How many goods items (exactly); a consignment has one to four.
        seed: Not negative. The same seed, day, destination and rows give the same content (under the same numpy).
        day: The local calendar day of the destination on which everything is lodged.
        destination: ``EU``, ``NO``, ``CH``, ``NG`` or ``KR``.
        out: A folder that does not exist or is empty; it appears whole or not at all.
        format: ``parquet`` or ``csv``; the truth is Parquet in both.
        progress: Called with the number of rows written each time some are.

    Returns:
        Where the files are and how many faults of each kind they hold.

    Raises:
        BadInput: rows, seed, destination or format cannot be used, or ``out`` holds something.
    """
    _check(rows, seed, format, out)
    world = build_world(seed, destination)
    portions = _portions(rows, day)
    consignments, faults = 0, Counter[str]()
    parcels, truths = f"parcels.{format}", "truth.parquet"
    with (
        _whole(out) as folder,
        open_writer(folder / parcels) as write_parcels,
        open_writer(folder / truths, TRUTH) as write_truth,
    ):
        for made in _drawn(world, portions):
            write_parcels(made.parcels)
            write_truth(made.truth)
            consignments += made.consignments
            faults += made.faults
            if progress:
                progress(made.parcels.num_rows)
    found = {kind: faults[kind] for kind in KINDS}
    return Generated(out, out / parcels, out / truths, rows, consignments, seed, day, destination, found)


@dataclass(frozen=True)
class _Made:
    parcels: pa.Table
    truth: pa.Table
    consignments: int
    faults: Counter[str]


def _portions(rows: int, day: date) -> list[Portion]:
    return [
        Portion(day, place, min(_PORTION, rows - first), population=_BUYERS * rows, numbers=_PORTION)
        for place, first in enumerate(range(0, rows, _PORTION))
    ]


def _make(world: World, portion: Portion) -> _Made:
    purpose = salt(world.seed, world.code, portion.day, portion.place)
    rng = np.random.Generator(np.random.PCG64(purpose))
    draft = draw(world, portion, rng)
    inject(world, draft, portion.population, rng)
    draft.batch[:] = batches(world, portion, draft)
    parcels = declared(world, portion.day, draft)
    return _Made(parcels, truth(world, portion.day, draft, parcels), len(draft.number), count_kinds(draft))


def _drawn(world: World, portions: list[Portion]) -> Iterator[_Made]:
    """Draw portions in order, one ahead of the one that is being written."""
    ahead: list[Future[_Made]] = []
    with ThreadPoolExecutor(max_workers=1) as worker:
        for portion in portions:
            ahead.append(worker.submit(_make, world, portion))
            if len(ahead) > 1:
                yield ahead.pop(0).result()
        for future in ahead:
            yield future.result()


@contextmanager
def _whole(out: Path) -> Iterator[Path]:
    """Write beside ``out`` and rename at the end, so that nobody ever sees half a day."""
    folder = _beside(out)
    try:
        yield folder
        folder.chmod(0o755)
        folder.replace(out)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _beside(out: Path) -> Path:
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    except OSError as error:
        raise BadInput(
            "synthetic.output.unwritable",
            got=(
                f"{out.parent} cannot be written: {fault_of(error).en}",
                f"{out.parent} ne peut être écrit : {fault_of(error).fr}",
            ),
            expected=("a folder in which a new one can be made", "un dossier où un nouveau peut être créé"),
            next_step=("Choose another folder.", "Choisissez un autre dossier."),
            place=Place(file=str(out)),
        ) from error


def _check(rows: int, seed: int, format: str, out: Path) -> None:  # noqa: A002
    if not 1 <= rows <= _MOST:
        raise _bad("rows", str(rows), (f"1 to {_MOST} rows", f"de 1 à {_MOST} lignes"))
    if seed < 0:
        raise _bad("seed", str(seed), ("a seed of 0 or more", "une graine de 0 ou plus"))
    if format not in FORMATS:
        raise _bad("format", format, (f"one of {', '.join(FORMATS)}", f"l'un de {', '.join(FORMATS)}"))
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise BadInput(
            "synthetic.output.not_empty",
            got=(f"{out} already holds something", f"{out} contient déjà quelque chose"),
            expected=("a folder that does not exist or is empty", "un dossier absent ou vide"),
            next_step=("Choose another folder, or empty this one.", "Choisissez un autre dossier, ou videz celui-ci."),
            place=Place(file=str(out)),
        )


def _bad(field: str, value: str, expected: tuple[str, str]) -> BadInput:
    return BadInput(
        f"synthetic.{field}.invalid",
        got=(f"{field} is {value!r}", f"{field} vaut {value!r}"),
        expected=expected,
        next_step=("Correct the value and start again.", "Corrigez la valeur et recommencez."),
        place=Place(field=field, value=value),
    )
