"""`passavant clear`: the main job, and how a run is shown."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from passavant.cli.options import ISSUER, JSON, LOG
from passavant.cli.show import as_json, echo, progress
from passavant.cli.summary import show_summary
from passavant.errors import BadInput, PassavantError, Place
from passavant.texts import number, pick

if TYPE_CHECKING:
    from collections.abc import Callable

    from passavant.sealing.receipts import Receipt

__all__ = ["CLEAR_HELP", "clear", "show_sealed"]


class EngineName(enum.StrEnum):
    """Engines that can run a clearance."""

    duckdb = "duckdb"


CLEAR_HELP = pick(
    "Decide every consignment of INPUT: outcome, duty and taxes, category, reasons and the law behind each.\n\n"
    "Example: passavant clear examples/day.csv --policy EU -o out",
    "Décide de chaque envoi d'INPUT : suite donnée, droits et taxes, catégorie, motifs et textes.\n\n"
    "Exemple : passavant clear examples/day.csv --policy EU -o out",
)


def clear(
    inputs: Annotated[
        list[str],
        typer.Argument(
            metavar="INPUT…",
            help=pick(
                "Files or folders of CSV, JSON Lines or Parquet; - reads standard input.",
                "Fichiers ou dossiers CSV, JSON Lines ou Parquet ; - lit l'entrée standard.",
            ),
        ),
    ],
    policy: Annotated[
        str,
        typer.Option(
            "--policy",
            metavar="ID|FILE",
            help=pick(
                "Law to apply: a shipped policy (passavant policy list) or a YAML file.",
                "Droit à appliquer : une réglementation fournie (passavant policy list) ou un fichier YAML.",
            ),
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "-o",
            "--out",
            metavar="OUT",
            help=pick("Folder to write; it must not exist yet.", "Dossier à écrire ; il ne doit pas encore exister."),
        ),
    ],
    mapping: Annotated[
        str | None,
        typer.Option(
            "--mapping",
            metavar="NAME|FILE",
            help=pick(
                "Mapping for foreign columns, units and codes.",
                "Table de correspondance pour des colonnes, unités et codes étrangers.",
            ),
        ),
    ] = None,
    rates: Annotated[
        list[Path] | None,
        typer.Option(
            "--rates",
            metavar="FILE",
            help=pick(
                "CSV of exchange rates (date,currency,units_per_eur) laid over the ECB's; one of the last 7 days is needed.",
                "CSV de taux de change (date,currency,units_per_eur) superposé à ceux de la BCE ; il en faut un des 7 derniers jours.",
            ),
        ),
    ] = None,
    rules: Annotated[
        list[Path] | None,
        typer.Option(
            "--rules",
            metavar="FILE",
            help=pick("Analyst rules instead of the starter set.", "Règles d'analyste au lieu du jeu de départ."),
        ),
    ] = None,
    history: Annotated[
        list[Path] | None,
        typer.Option(
            "--history",
            metavar="DIR",
            help=pick(
                "Earlier OUTs, a folder of them, or a lake: for quotas and splits.",
                "OUT antérieurs, dossier d'OUT, ou entrepôt de données : pour les contingents et fractionnements.",
            ),
        ),
    ] = None,
    snapshot: Annotated[
        Path | None,
        typer.Option(
            "--snapshot",
            metavar="DIR",
            help=pick(
                "Frozen snapshot to look up instead of folding one.",
                "Instantané figé à consulter au lieu d'en constituer un.",
            ),
        ),
    ] = None,
    stratum: Annotated[
        float,
        typer.Option(
            "--stratum",
            min=0.0,
            max=1.0,
            help=pick(
                "Share of consignments drawn at random for inspection.", "Part des envois tirés au sort pour contrôle."
            ),
        ),
    ] = 0.001,
    engine: Annotated[EngineName, typer.Option("--engine", help=pick("Engine.", "Moteur."))] = EngineName.duckdb,
    replace: Annotated[
        bool,
        typer.Option(
            "--replace", help=pick("Replace an earlier run in OUT.", "Remplace un traitement antérieur dans OUT.")
        ),
    ] = False,
    publish: Annotated[
        bool,
        typer.Option(
            "--publish",
            help=pick(
                "Add the run to the lake in $PASSAVANT_HOME.",
                "Ajoute le traitement à l'entrepôt de données de $PASSAVANT_HOME.",
            ),
        ),
    ] = False,
    seal: Annotated[
        bool,
        typer.Option(
            "--seal",
            help=pick(
                "Seal the run: its manifest and the root of its decisions go into the log.",
                "Scelle le traitement : son manifeste et la racine de ses décisions entrent dans le journal.",
            ),
        ),
    ] = False,
    issuer: ISSUER = None,
    log: LOG = None,
    json_: JSON = False,
) -> None:
    """Parse, clear, seal, show."""
    from passavant import settings
    from passavant.clearance import ClearOptions
    from passavant.clearance import clear as run_clear
    from passavant.clearance.run import STAGES
    from passavant.lake import publish as publish_run

    if not seal:
        _check_alone({"--issuer": issuer, "--log": log})
    del engine  # one engine today; the option is part of the fixed command line
    options = ClearOptions(
        policy=policy,
        mapping=mapping,
        rates=rates or (),
        rules=rules or (),
        history=history or (),
        snapshot=snapshot,
        stratum_ppm=round(stratum * 1_000_000),
        replace=replace,
    )
    sealer = _sealer(issuer, log) if seal else None  # before the work, not after it: is there a log, and a key?
    with progress(STAGES) as tell:
        run = run_clear(inputs, out, options, tell)
    receipt = sealer(out) if sealer else None
    published = publish_run(out, settings.home() / "lake") if publish else None
    if json_:
        sealed = {"receipt": receipt.text()} if receipt else {}
        as_json(run.manifest | ({"published": str(published)} if published else {}) | sealed)
        return
    show_summary(run)
    if receipt:
        show_sealed(out, receipt)
    if published:
        echo(f"{pick('Published to', 'Publié dans')} {published}")


def show_sealed(out: Path, receipt: Receipt) -> None:
    """Say that a run was sealed."""
    said = receipt.entry.statement
    where = f"{out / 'manifest.json'}.tlog-proof"
    decisions = number(said.tree_size)
    echo(
        pick(
            f"Sealed by {said.issuer}, entry {receipt.proof.index} of the log: {decisions} decisions, receipt {where}",
            f"Scellé par {said.issuer}, inscription {receipt.proof.index} du journal : {decisions} décisions, reçu {where}",
        )
    )


def _sealer(issuer: str | None, log: str | None) -> Callable[[Path], Receipt]:
    """Return what seals a finished run."""
    from passavant.clearance.seal import seal_run
    from passavant.cli.passphrases import passphrase_for
    from passavant.sealing.desk import LocalDesk, open_desk
    from passavant.sealing.keys import ISSUER as USE
    from passavant.sealing.keys import load_key

    desk = open_desk(log)
    key = load_key(USE, issuer, passphrase_for(USE, issuer))
    if isinstance(desk, LocalDesk):
        desk.check_free()

    def sealed(out: Path) -> Receipt:
        """Seal it; where that fails, the run stands, and can be sealed later."""
        try:
            return seal_run(out, key, desk)
        except PassavantError as error:
            echo(
                pick(
                    f"The run stands in {out}, but is not sealed. Later: passavant seal {out}",
                    f"Le traitement est dans {out}, mais n'est pas scellé. Plus tard : passavant seal {out}",
                ),
                err=True,
            )
            raise error from None

    return sealed


def _check_alone(options: dict[str, str | None]) -> None:
    """Refuse options that mean nothing without --seal: who gives them believes that the run is sealed."""
    for name, given in options.items():
        if given is not None:
            raise BadInput(
                "cli.clear.seal",
                got=(f"{name} without --seal: the run would not be sealed", f"{name} sans --seal : le traitement ne serait pas scellé"),
                expected=(f"--seal with {name}", f"--seal avec {name}"),
                next_step=(f"Add --seal, or leave {name} out.", f"Ajoutez --seal, ou retirez {name}."),
                place=Place(field=name),
            )  # fmt: skip
