"""`passavant clear`, `explain` and `account`."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from passavant.cli.show import as_json, progress, table, unknown_amounts
from passavant.texts import number, pick

if TYPE_CHECKING:
    from passavant.clearance import Run, Summary

__all__ = ["ACCOUNT_HELP", "CLEAR_HELP", "EXPLAIN_HELP", "account", "clear", "explain", "show_summary"]


class EngineName(enum.StrEnum):
    """Engines that can run a clearance."""

    duckdb = "duckdb"


CLEAR_HELP = pick(
    "Decide every consignment of INPUT: outcome, duty and taxes, category, reasons and the law behind each.\n\n"
    "Example: passavant clear examples/day.csv --policy EU -o out",
    "Décide de chaque envoi d'INPUT : suite donnée, droits et taxes, catégorie, motifs et textes.\n\n"
    "Exemple : passavant clear examples/day.csv --policy EU -o out",
)
EXPLAIN_HELP = pick(
    "Explain one decision of a run: amounts, every reason, every legal reference.\n\nExample: passavant explain out EU:SHOP:A1",
    "Explique une décision d'un passage : montants, motifs, références légales.\n\nExemple : passavant explain out EU:SHOP:A1",
)
ACCOUNT_HELP = pick(
    "What each platform or operator owes for the period, reconciled with the decisions. Of several runs the latest version "
    "and decision count.\n\nExample: passavant account out",
    "Ce que doit chaque plateforme ou opérateur pour la période, rapproché des décisions. De plusieurs passages, la dernière "
    "version et la dernière décision comptent.\n\nExemple : passavant account out",
)
_JSON = Annotated[
    bool, typer.Option("--json", help=pick("Answer in JSON, for machines.", "Répond en JSON, pour les machines."))
]
_OUT = Annotated[
    Path, typer.Argument(metavar="OUT", help=pick("Folder written by `clear`.", "Dossier écrit par `clear`."))
]
_OUTS = Annotated[
    list[Path],
    typer.Argument(
        metavar="OUT…",
        help=pick(
            "Folders written by `clear`, a folder of them, or a lake.",
            "Dossiers écrits par `clear`, dossier de ceux-ci, ou lac.",
        ),
    ),
]
_TOP_REASONS = 12


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
                "Correspondance pour des colonnes, unités et codes étrangers.",
            ),
        ),
    ] = None,
    rates: Annotated[
        list[Path] | None,
        typer.Option(
            "--rates",
            metavar="FILE",
            help=pick(
                "CSV of exchange rates (date,currency,units_per_eur) laid over the ECB's.",
                "CSV de taux de change (date,currency,units_per_eur) superposé à ceux de la BCE.",
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
                "OUT antérieurs, dossier d'OUT, ou lac : pour les contingents et fractionnements.",
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
            "--replace", help=pick("Replace an earlier run in OUT.", "Remplace un passage antérieur dans OUT.")
        ),
    ] = False,
    publish: Annotated[
        bool,
        typer.Option(
            "--publish",
            help=pick("Add the run to the lake in $PASSAVANT_HOME.", "Ajoute le passage au lac de $PASSAVANT_HOME."),
        ),
    ] = False,
    json_: _JSON = False,
) -> None:
    """Parse, clear, show."""
    from passavant import settings
    from passavant.clearance import ClearOptions
    from passavant.clearance import clear as run_clear
    from passavant.clearance.run import STAGES
    from passavant.lake import publish as publish_run

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
    with progress(STAGES) as tell:
        run = run_clear(inputs, out, options, tell)
    published = publish_run(out, settings.home() / "lake") if publish else None
    if json_:
        as_json(run.manifest | ({"published": str(published)} if published else {}))
        return
    show_summary(run)
    if published:
        typer.echo(f"{pick('Published to', 'Publié dans')} {published}")


def explain(
    out: _OUT,
    consignment: Annotated[
        str,
        typer.Argument(
            metavar="CONSIGNMENT",
            help=pick(
                "Consignment id, or a declaration, S10, waybill or order number; @2 asks for version 2.",
                "Identifiant d'envoi, ou numéro de déclaration, S10, de lettre de transport ou de commande ; @2 demande la version 2.",
            ),
        ),
    ],
    rules: Annotated[
        list[Path] | None,
        typer.Option(
            "--rules",
            metavar="FILE",
            help=pick(
                "The analyst rules of the run, if not the starter set.",
                "Les règles d'analyste du passage, hors jeu de départ.",
            ),
        ),
    ] = None,
    json_: _JSON = False,
) -> None:
    """Find one decision and say it in words."""
    from passavant.clearance.explain import explain as explain_one
    from passavant.clearance.rules import load_rules

    found = explain_one(out, consignment, rules=load_rules(rules) if rules else None)
    if json_:
        as_json(found.as_dict())
    else:
        typer.echo(found.text())


def account(outs: _OUTS, json_: _JSON = False) -> None:
    """Show who owes what."""
    from passavant.clearance.account import account as make_account

    made = make_account(*outs)
    if json_:
        as_json(made.as_dict())
    else:
        table(made.rows(), right=range(3, 8))
        typer.echo(made.verdict())
    if not made.reconciled:
        raise typer.Exit(1)


def show_summary(run: Run) -> None:
    """Print what a run comes to."""
    summary: Summary = run.summary
    typer.echo(_headline(summary, run.manifest))
    rows = [[pick("outcome", "suite donnée"), pick("consignments", "envois"), ""]]
    rows += [[name, number(count), _share(count, summary.consignments)] for name, count in summary.by_outcome.items()]
    table(rows, right=(1, 2))
    typer.echo("")
    rows = [[pick("category", "catégorie"), pick("consignments", "envois"), ""]]
    rows += [
        [name, number(count), _share(count, summary.consignments)]
        for name, count in sorted(summary.by_category.items())
    ]
    table(rows, right=(1, 2))
    typer.echo("")
    _show_amounts(summary)
    shown = [item for item in summary.by_reason.items() if not item[0].startswith(("policy.duty.", "policy.vat."))][
        :_TOP_REASONS
    ]
    if shown:
        typer.echo("")
        table(
            [
                [pick("reason", "motif"), pick("goods items", "articles")],
                *([code, number(count)] for code, count in shown),
            ],
            right=(1,),
        )
    for notice in run.manifest["notices"]:
        typer.echo(f"{pick('Notice: ', 'Remarque : ')}{pick(notice['en'], notice['fr'])}")
    typer.echo(f"{pick('Written to', 'Écrit dans')} {run.out}")


def _headline(summary: Summary, manifest: dict[str, Any]) -> str:
    text = pick(
        f"{manifest['policy']['id']}: {number(summary.rows_in)} rows in = {number(summary.item_rows)} goods items + "
        f"{number(summary.rejected_rows)} rejected; {number(summary.consignments)} consignments decided",
        f"{manifest['policy']['id']} : {number(summary.rows_in)} lignes lues = {number(summary.item_rows)} articles + "
        f"{number(summary.rejected_rows)} rejetées ; {number(summary.consignments)} envois décidés",
    )
    if summary.earlier_versions:
        earlier = number(summary.earlier_versions)
        text += pick(
            f", and {earlier} earlier versions decided beside, not counted below",
            f", et {earlier} versions antérieures décidées à côté, non comptées ci-dessous",
        )
    return f"{text}\n"


def _show_amounts(summary: Summary) -> None:
    from passavant.money.display import show_amount

    labels = {
        "customs_value_minor": pick("customs value", "valeur en douane"),
        "duty_minor": pick("duty", "droits de douane"),
        "fees_minor": pick("fees", "redevances"),
        "vat_minor": pick("VAT at the border", "TVA à la frontière"),
        "vendor_vat_minor": pick("VAT collected by vendors", "TVA perçue par les vendeurs"),
    }
    currency = summary.currency or "XXX"
    rows = [[pick("amount", "montant"), currency]]
    rows += [[label, show_amount(summary.sums[name], currency)] for name, label in labels.items()]
    table(rows, right=(1,))
    line = unknown_amounts(summary.items_with_unknown_amounts)
    if line:
        typer.echo(line)


def _share(count: int, whole: int) -> str:
    return f"{number(100 * count / whole, decimals=1)} %" if whole else "—"
