"""The main job: advance data in, a release decision per consignment out."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from passavant import __version__, settings
from passavant.clearance.decide import SCHEMA_VERSION
from passavant.clearance.history import earlier_cancellations, earlier_decisions
from passavant.clearance.outputs import write_decisions, write_items
from passavant.clearance.pipeline import Pipeline
from passavant.clearance.provenance import basis_of, digests_of, keep_policy, keep_rules
from passavant.clearance.rules import RuleSet, load_rules, starter_rules
from passavant.clearance.simplified import write_simplified
from passavant.clearance.summary import Summary, summarise
from passavant.dataset.binding import IDENTIFYING
from passavant.dataset.conversion import consignment_ids
from passavant.dataset.intake import Intake, take_in
from passavant.dataset.mapping import Mapping, load_mapping
from passavant.dataset.simulated import is_simulated
from passavant.dataset.vault import Vault
from passavant.engines import Engine, open_duckdb
from passavant.errors import BadInput
from passavant.lake import staged, write_manifest
from passavant.money.exchange import Rates, load_rates
from passavant.policy.load import Policy, load_policy
from passavant.signals import Origin, Snapshot, fold, open_snapshot
from passavant.texts import Text

__all__ = ["STAGES", "ClearOptions", "Run", "clear"]

#: Default rate of the random stratum: 1 in 1,000 consignments.
STRATUM_PPM = 1_000

#: The stages of a run, as a progress bar names them.
STAGES = (
    Text("reading", "lecture"),
    Text("folding the snapshot", "constitution de l'instantané"),
    Text("assessing", "liquidation"),
    Text("deciding", "décision"),
    Text("writing", "écriture"),
)


@dataclass(frozen=True)
class ClearOptions:
    """How to clear; every field has the meaning of the command's option of the same name.

    Attributes:
        policy: Id of a shipped policy or path of a policy file.
        mapping: Name or path of a mapping for foreign columns.
        rates: Files of exchange rates laid over the European Central Bank's.
        rules: Files of analyst rules (default: the starter set).
        history: Earlier OUTs, folders of them, or a lake.
        snapshot: A frozen snapshot to look up instead of folding one.
        stratum_ppm: Rate of the random stratum per million consignments.
        simulated: The input is generated, although its files do not carry the mark.
        replace: Allow OUT to replace an earlier run.
        memory: Memory limit of the engine.
        threads: Worker threads of the engine.
    """

    policy: str
    mapping: str | None = None
    rates: Sequence[Path] = ()
    rules: Sequence[Path] = ()
    history: Sequence[Path] = ()
    snapshot: Path | None = None
    stratum_ppm: int = STRATUM_PPM
    simulated: bool = False
    replace: bool = False
    memory: str = "1200MB"
    threads: int = 2


@dataclass(frozen=True)
class Run:
    """A finished run: where it is, its manifest and its summary."""

    out: Path
    manifest: dict[str, Any]
    summary: Summary


def clear(
    inputs: Sequence[str | Path], out: Path, options: ClearOptions, progress: Callable[[Text, int], None] | None = None
) -> Run:
    """Clear electronic advance data.

    Args:
        inputs: Files, folders, or ``-`` for standard input.
        out: Folder to write: decisions, items, rejected rows, simplified declarations, snapshot, law, manifest.
        options: Policy and everything else.
        progress: Called with a stage and the rows done so far.

    Returns:
        The run; ``out`` is complete, or untouched when an error is raised.

    Raises:
        BadInput: a file, a policy, a rule, a rate or earlier state cannot be used; the message names it.
    """
    started = dt.datetime.now(dt.UTC)
    policy, rules, rates = load_policy(options.policy), load_rules(options.rules or None), load_rates(options.rates)
    mapping = load_mapping(options.mapping) if options.mapping else None
    key_id = settings.key_id(settings.secret())
    history = earlier_decisions(options.history, Origin.of(policy, key_id))
    cancelled = earlier_cancellations(options.history)
    frozen = open_snapshot(options.snapshot, policy, key_id=key_id) if options.snapshot else None
    tell = progress or (lambda _stage, _rows: None)
    with staged(out, replace=options.replace) as folder, _draft() as vault:
        work = folder / ".work"
        work.mkdir()
        engine = open_duckdb(memory=options.memory, threads=options.threads, spill=work)
        intake = _take_in(inputs, mapping, policy, engine, work, vault, tell)
        run = _Run(
            folder, work, engine, policy, rules, rates, mapping, intake, options, history, cancelled, frozen, started
        )
        run.simulated = options.simulated or is_simulated(inputs)
        manifest = run.execute(tell)
    return Run(out, manifest, Summary.from_manifest(manifest))


def _take_in(
    inputs: Sequence[str | Path],
    mapping: Mapping | None,
    policy: Policy,
    engine: Engine,
    work: Path,
    vault: Vault,
    tell: Callable[[Text, int], None],
) -> Intake:
    return take_in(
        inputs,
        work=work,
        engine=engine,
        secret=settings.secret(),
        administration=policy.id,
        mapping=mapping,
        vault=vault,
        progress=lambda _what, rows: tell(STAGES[0], rows),
        keep_draft=True,
    )


@contextmanager
def _draft() -> Iterator[Vault]:
    """Give the vault; what the block wrote to it is kept when the block ends well, and forgotten otherwise."""
    vault = Vault(settings.home() / "parties")
    try:
        yield vault
        vault.finish()
    except BaseException:
        vault.abort()
        raise


@dataclass
class _Run:
    folder: Path
    work: Path
    engine: Engine
    policy: Policy
    rules: RuleSet
    rates: Rates
    mapping: Mapping | None
    intake: Intake
    options: ClearOptions
    history: Sequence[Path]
    cancelled: Sequence[Path]
    frozen: Snapshot | None
    started: dt.datetime
    simulated: bool = False

    def execute(self, tell: Callable[[Text, int], None]) -> dict[str, Any]:
        """Decide, write everything and return the manifest."""
        pipeline = self._pipeline()
        items = self.engine.read(*self.intake.parquet)
        rows = self.intake.item_rows
        tell(STAGES[1], rows)
        facts = pipeline.facts(items, self._held(), pipeline.fetch_rates(items))
        snapshot = self._snapshot(pipeline, facts)
        tell(STAGES[2], rows)
        write_items(self.engine, pipeline.verdict(facts, snapshot), self.folder / "items.parquet")
        tell(STAGES[3], rows)
        digests = self._digests(snapshot, pipeline)
        basis = basis_of(digests)
        write_decisions(
            self.engine,
            self.folder / "items.parquet",
            self.folder / "decisions.parquet",
            pipeline.book,
            currency=self.policy.file.currency,
            basis=basis,
            digests=digests,
            stratum_ppm=self.options.stratum_ppm,
            history=self.history,
            at=self.started,
        )
        tell(STAGES[4], rows)
        return self._finish(digests, basis, pipeline)

    def _held(self) -> Any:
        """Return the consignments with a rejected row, or None."""
        if self.intake.rejected is None:
            return None
        return self.engine.arrow("rejected_consignments", _consignments(self.intake.rejected))

    def _pipeline(self) -> Pipeline:
        intake = self.intake
        if intake.lodged_min is None or intake.lodged_max is None:
            first = last = self.started
        else:
            first, last = intake.lodged_min, intake.lodged_max
        return Pipeline(
            self.engine,
            self.policy,
            self.rules,
            self.rates,
            first,
            last,
            not_supplied=intake.not_supplied,
            stratum_ppm=self.options.stratum_ppm,
        )

    def _snapshot(self, pipeline: Pipeline, facts: Any) -> Snapshot:
        if self.frozen is not None:
            return self.frozen
        target = self.folder / "snapshot"
        target.mkdir()
        return fold(
            self.engine,
            pipeline.events(facts),
            self.history,
            self.policy,
            target,
            key_id=self.intake.key_id,
            cancelled=self.cancelled,
        )

    def _digests(self, snapshot: Snapshot, pipeline: Pipeline) -> dict[str, str]:
        return digests_of(
            policy=self.policy,
            rules=self.rules,
            book=pipeline.book,
            rates=self.rates,
            snapshot=snapshot,
            mapping=self.mapping,
            key_id=self.intake.key_id,
        )

    def _finish(self, digests: dict[str, str], basis: str, pipeline: Pipeline) -> dict[str, Any]:
        write_simplified(
            self.engine,
            self.folder / "items.parquet",
            self.folder / "decisions.parquet",
            self.folder / "simplified.jsonl",
        )
        self._keep_rejected()
        summary = summarise(self.engine, self.folder, pipeline.book)
        intake = self.intake
        manifest: dict[str, Any] = {
            "run_id": f"{self.started:%Y%m%dT%H%M%SZ}-{basis[:8]}-{_inputs_digest(intake)[:8]}",
            "passavant": __version__,
            "schema_version": SCHEMA_VERSION,
            "policy": keep_policy(self.policy, self.folder),
            "rules": keep_rules(self.options.rules or (starter_rules(),), self.folder),
            "digests": digests,
            "basis": basis,
            "mapping": self.options.mapping,
            "reason_bits": list(pipeline.book.reasons),
            "reason_params": pipeline.book.params,
            "stratum_ppm": self.options.stratum_ppm,
            "simulated": self.simulated,
            "inputs": intake.inputs,
            "rows_in": intake.rows_in,
            "item_rows": intake.item_rows,
            "rejected_rows": intake.rejected_rows,
            "notices": [{"en": notice.en, "fr": notice.fr} for notice in intake.notices],
            "not_supplied": list(intake.not_supplied),
            **summary,
            "started_at": self.started.isoformat(),
            "finished_at": dt.datetime.now(dt.UTC).isoformat(),
        }
        self._check(manifest)
        shutil.rmtree(self.work, ignore_errors=True)
        return write_manifest(self.folder, manifest)

    def _keep_rejected(self) -> None:
        if self.intake.rejected is not None:
            self.intake.rejected.replace(self.folder / "rejected.parquet")

    def _check(self, manifest: dict[str, Any]) -> None:
        """Refuse to finish when a row was lost: rows in = item rows + rejected rows."""
        written = int(manifest["items_written"])
        if manifest["rows_in"] != written + manifest["rejected_rows"]:
            got, lost = written + manifest["rejected_rows"], manifest["rows_in"]
            raise BadInput(
                "clearance.rows.lost",
                got=(f"{got} rows out", f"{got} lignes en sortie"),
                expected=(f"{lost} rows, as read", f"{lost} lignes, comme lues"),
                next_step=("Please report this with the input.", "Merci de signaler ce cas avec les données."),
            )


def _consignments(rejected: Path) -> pa.Table:
    """Return the ids and versions of what rejected rows belong to, ids made as those of goods items are."""
    table = pq.read_table(rejected, columns=[*IDENTIFYING, "version"]).combine_chunks()
    parts = [table[name].combine_chunks() for name in IDENTIFYING]
    return pa.table({"consignment_id": consignment_ids(*parts), "version": table["version"]})


def _inputs_digest(intake: Intake) -> str:
    return hashlib.sha256(json.dumps([entry["sha256"] for entry in intake.inputs]).encode()).hexdigest()
