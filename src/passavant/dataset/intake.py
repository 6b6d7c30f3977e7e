"""Intake: from the declarations as they come to goods items that clearance can read.

Rows are read, converted, keyed and written batch by batch, each step in a thread of its own; no file is ever in memory
whole. Rows in = item rows + rejected rows: each source row once.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from passavant import settings
from passavant.dataset.binding import bind
from passavant.dataset.conversion import Conversion
from passavant.dataset.duplicates import Duplicates, Marks, marks, repeated_marks, without_rows
from passavant.dataset.intake_files import IntakeWriter, marked_schema
from passavant.dataset.intake_inputs import Input, Passed, law_dates, no_rows_in, open_input
from passavant.dataset.keyed import Keyed, Keying
from passavant.dataset.mapping import Mapping
from passavant.dataset.pipeline import ahead, quick_switching
from passavant.dataset.readers.batch import Reader
from passavant.dataset.readers.inputs import Found, input_names, search_inputs
from passavant.dataset.readers.source import STDIN
from passavant.dataset.rejected import RejectedWriter
from passavant.dataset.schema import load_schema
from passavant.dataset.typed import COARSE, ZONELESS
from passavant.dataset.vault import Vault
from passavant.engines import Engine
from passavant.errors import BadInput
from passavant.texts import Text, plural

__all__ = ["Intake", "take_in"]

Progress = Callable[[str, int], None]
_AHEAD = dt.timedelta(days=2)

#: Errors of an input that holds nothing, which other inputs make up for.
_EMPTY = frozenset({"dataset.reader.empty", "dataset.reader.no_rows"})


@dataclass(frozen=True)
class Intake:
    """What came of the inputs.

    Attributes:
        parquet: Intake files in the order of the inputs; one without rows when every row was rejected.
        rows_in: Source rows; always ``item_rows + rejected_rows``.
        item_rows: Goods items in ``parquet``.
        rejected_rows: Rows that could not be read.
        rejected: File of the rejected rows, None when there are none.
        inputs: Per input ``{"file", "sha256", "rows"}``.
        notices: What the user should know.
        lodged_min: First instant of lodging or acceptance, None when no row has one.
        lodged_max: Last instant of lodging or acceptance.
        not_supplied: Elements that the source never carries, as the mapping says.
        key_id: Id of the secret that made the keys.
    """

    parquet: list[Path]
    rows_in: int
    item_rows: int
    rejected_rows: int
    rejected: Path | None
    inputs: list[dict[str, Any]]
    notices: list[Text]
    lodged_min: dt.datetime | None
    lodged_max: dt.datetime | None
    not_supplied: list[str]
    key_id: str


def take_in(
    inputs: Sequence[str | Path] | str,
    *,
    work: Path,
    engine: Engine,
    secret: bytes,
    administration: str,
    mapping: Mapping | None = None,
    vault: Vault | None = None,
    progress: Progress | None = None,
    keep_draft: bool = False,
) -> Intake:
    """Read declarations and write ``work/intake-*.parquet`` and ``work/rejected.parquet``.

    Args:
        inputs: Files, folders, or ``-`` for standard input: CSV, JSON lines, JSON arrays, Parquet.
        work: Folder to write to; made when absent.
        engine: Session for the parsing.
        secret: Deployment secret for party keys and the random stratum.
        administration: Administration of rows that do not name one.
        mapping: How a foreign shape says what ours says.
        vault: Where names and rejected texts are kept; None: nowhere.
        progress: Called with the input's name and the rows read so far.
        keep_draft: Leave what was written to the vault as a draft, which the caller finishes once its own work is done.

    Raises:
        BadInput: an input does not exist or cannot be used at all; nothing is left behind.
    """
    work.mkdir(parents=True, exist_ok=True)
    run = _Run(work, engine, secret, administration, mapping, vault)
    try:
        with quick_switching(), ThreadPoolExecutor(1) as hashing:
            run.take_all(search_inputs(inputs), hashing, progress or (lambda _name, _rows: None))
            intake = run.finish()
    except BaseException:
        run.abandon()
        raise
    if vault is not None and not keep_draft:
        vault.finish()
    return intake


class _Run:
    """The state of one intake."""

    def __init__(
        self,
        work: Path,
        engine: Engine,
        secret: bytes,
        administration: str,
        mapping: Mapping | None,
        vault: Vault | None,
    ) -> None:
        today = dt.datetime.now(dt.UTC).date()
        self._work, self._engine, self._mapping, self._vault = work, engine, mapping, vault
        self._administration = administration
        self._key_id = settings.key_id(secret)
        self._schema = marked_schema(self._key_id, secrets.token_hex(8))
        self._keying = Keying(secret, self._schema, today)
        self._writer = IntakeWriter(work, self._schema)
        self._rejects = RejectedWriter(work / "rejected.parquet", vault, today)
        self._passed: list[Passed] = []
        self._order: list[Path] = []
        self._spooled: list[Path] = []
        self._marks: list[Marks] = []
        self._dates: list[dt.datetime] = []
        self._inputs: list[dict[str, Any]] = []
        self._notices: list[Text] = []
        self._items = self._rows = 0

    def take_all(self, found: Found, hashing: ThreadPoolExecutor, progress: Progress) -> None:
        """Take the inputs one after the other; an empty one is told, unless there is nothing else."""
        self._notices += found.notices
        self._writer.inputs = frozenset(Path(file).resolve() for file in found.files)
        empty: BadInput | None = None
        for file, name in zip(found.files, input_names(found.files), strict=True):
            try:
                self._take(file, name, hashing, progress)
            except BadInput as error:
                if error.code not in _EMPTY:
                    raise
                empty = empty or error
                self._notices.append(_nothing_in(name))
                self._inputs.append({"file": name, "sha256": _digest(file), "rows": 0})
        if empty is not None and not self._rows:
            raise empty

    def _take(self, file: str | Path, name: str, hashing: ThreadPoolExecutor, progress: Progress) -> None:
        opened = open_input(
            file,
            name,
            mapping=self._mapping,
            engine=self._engine,
            work=self._work,
            key_id=self._key_id,
            hashing=hashing,
        )
        self._spooled += [opened.spooled] if opened.spooled else []
        with opened.source:
            rows = self._pass(opened.passed) if opened.passed else self._read(opened, progress)
            if not rows:
                raise no_rows_in(name)
            self._inputs.append({"file": name, "sha256": opened.digest(), "rows": rows})
        self._rows += rows

    def finish(self) -> Intake:
        """Reject what stands twice, close everything and say what came of it."""
        self._close_files()
        files = self._without_duplicates()
        if not files:
            self._writer.make_empty()
            files = list(self._writer.files)
        rejected = self._rejects.finish()
        self._notices += _ahead_of(dt.datetime.now(dt.UTC), max(self._dates, default=None))
        return Intake(
            parquet=files,
            rows_in=self._rows,
            item_rows=self._items,
            rejected_rows=self._rejects.rows,
            rejected=rejected,
            inputs=self._inputs,
            notices=self._notices,
            lodged_min=min(self._dates, default=None),
            lodged_max=max(self._dates, default=None),
            not_supplied=list(self._mapping.not_supplied) if self._mapping else [],
            key_id=self._key_id,
        )

    def abandon(self) -> None:
        """Leave nothing behind, and the inputs where they are."""
        self._writer.cut()
        self._rejects.finish()
        if self._vault is not None:
            self._vault.abort()
        for file in (
            *self._work.glob("intake-*.parquet"),
            *self._work.glob("intake-*.part"),
            self._work / "rejected.parquet",
            *self._spooled,
        ):
            if file.resolve() not in self._writer.inputs:
                file.unlink(missing_ok=True)

    def _pass(self, passed: Passed) -> int:
        self._close_files()
        self._passed.append(passed)
        self._order.append(passed.path)
        self._dates += law_dates(passed.path, self._engine) or ()
        self._items += passed.rows
        return passed.rows

    def _read(self, opened: Input, progress: Progress) -> int:
        reader = opened.reader
        assert reader is not None  # noqa: S101  # an input has a reader or is passed through
        rows, notes = 0, 0
        for keyed in self._batches(reader, opened.name):
            self._writer.add(keyed.table)
            self._marks.append(marks(keyed.table))
            self._dates += _range(keyed.table)
            self._rejects.add(keyed.rejected)
            if self._vault is not None:
                self._vault.write_batch(keyed.parties)
            self._items += keyed.table.num_rows
            rows += keyed.table.num_rows + len(keyed.rejected)
            notes |= keyed.notes
            progress(opened.name, self._rows + rows)
        self._notices += _told(opened.name, notes, reader.blank_rows)
        return rows

    def _batches(self, reader: Reader, name: str) -> Iterator[Keyed]:
        binding = bind(reader, name, self._mapping, load_schema(), self._administration)
        self._notices += binding.notices
        conversion = Conversion(binding, self._engine, name)
        texts = ahead(reader.batches(binding.wanted))
        items = ahead(conversion.run(batch) for batch in texts)
        return ahead(self._keying.run(batch) for batch in items)

    def _close_files(self) -> None:
        self._writer.cut()
        self._order += [file for file in self._writer.files if file not in self._order]

    def _without_duplicates(self) -> list[Path]:
        repeated = repeated_marks([*self._marks, *self._passed_marks()])
        if not repeated.size:
            return self._order
        found = Duplicates(self._order, repeated)
        before = self._rejects.rows
        self._rejects.add(found.rejected())
        self._items -= self._rejects.rows - before
        return [self._rewritten(file, places) for file, places in zip(self._order, found.places, strict=True)]

    def _passed_marks(self) -> Iterable[Marks]:
        """Read the marks of passed files, unless they are of one run, which has seen to it itself, and all different."""
        runs, digests = {passed.run for passed in self._passed}, {one["sha256"] for one in self._inputs}
        if not self._marks and len(runs) <= 1 and len(digests) == len(self._inputs):
            return
        for passed in self._passed:
            with pq.ParquetFile(passed.path) as source:
                for batch in source.iter_batches(columns=["stratum_draw", "version", "item_no"]):
                    yield marks(pa.Table.from_batches([batch]))

    def _rewritten(self, file: Path, places: list[int]) -> Path:
        if not places:
            return file
        ours = file in self._writer.files
        target = file if ours else self._writer.free("intake-passed")
        without_rows(file, places, target, self._schema)
        return target


def _range(table: pa.Table) -> list[dt.datetime]:
    """Return the first and last instants of lodging and of acceptance."""
    found = [pc.min_max(table[name].cast(pa.timestamp("us"))) for name in ("lodged_at", "accepted_at")]
    moments = [limits[end].as_py() for limits in found for end in ("min", "max")]
    return [moment.replace(tzinfo=dt.UTC) for moment in moments if moment is not None]


def _digest(file: str | Path) -> str:
    """Return the SHA-256 of an input that holds nothing."""
    if str(file) == STDIN:
        return hashlib.sha256(b"").hexdigest()
    with Path(file).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _nothing_in(name: str) -> Text:
    return Text(f"{name}: the file holds no rows", f"{name} : le fichier ne contient aucune ligne")


def _ahead_of(now: dt.datetime, last: dt.datetime | None) -> Iterator[Text]:
    """Tell of dates to come: a notice, for no decision may depend on the day of the run."""
    if last is not None and last > now + _AHEAD:
        yield Text(
            f"some declarations are dated as late as {last:%Y-%m-%d}, after this run: their law may still change",
            f"des déclarations sont datées jusqu'au {last:%Y-%m-%d}, après ce traitement : leur droit peut encore changer",
        )


def _told(name: str, notes: int, blank: int) -> Iterator[Text]:
    if notes & ZONELESS:
        yield Text(
            f"{name}: dates and times without a zone were read as UTC; set `time_zone:` in a mapping if they are local",
            f"{name} : des dates et heures sans fuseau ont été lues en UTC ; mettez `time_zone:` dans une table de correspondance "
            "si elles sont locales",
        )
    if notes & COARSE:
        yield Text(
            f"{name}: some numbers have more decimals than are kept (4 for amounts, 3 for masses) and were rounded",
            f"{name} : des nombres ont plus de décimales qu'on n'en garde (4 pour les montants, 3 pour les masses) et ont "
            "été arrondis",
        )
    if blank:
        yield Text(
            f"{name}: {blank} empty {plural(blank, 'row was', 'rows were')} skipped",
            f"{name} : {blank} {plural(blank, 'ligne vide a été sautée', 'lignes vides ont été sautées')}",
        )
