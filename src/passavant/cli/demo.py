"""`passavant demo`: a day made, cleared under two laws, one parcel explained, accounts, a report.

Each room adds its scene to :data:`SCENES`. The demonstration has a home and a published secret of its own.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from passavant.cli.show import echo
from passavant.texts import Text, colon, number, pick

if TYPE_CHECKING:
    from passavant.clearance import Run

__all__ = ["HELP", "SCENES", "demo"]

HELP = pick(
    "Make a day of 100,000 parcels, clear it under EU and NO law, explain one held parcel, write a report; with --serve, open the "
    "portal on it.\n\nExample: passavant demo --serve",
    "Crée une journée de 100 000 colis, la dédouane selon les droits UE et NO, explique un colis retenu, écrit un rapport ; avec "
    "--serve, ouvre le portail dessus.\n\nExemple : passavant demo --serve",
)
_DAY = "2026-09-15"
_SEED = 1
#: Goods items by destination: a carrier's day for two administrations.
_ROWS = {"EU": 80, "NO": 20}
#: The kind of reason that the explained parcel should show, best first.
_TELLING = ("signals.split.exact_key", "clearance.rule.brand_unusual_origin", "dataset.description.stop_word")
_ACCOUNT_LINES = 6
#: The demonstration's log, and the customs office that seals in it.
_LOG, _ISSUER = "seals.demo.example/log", "customs.demo.example/clearance"


@dataclass
class Stage:
    """What the scenes share: where the demonstration writes, and what earlier scenes made."""

    folder: Path
    rows: int
    days: dict[str, Path] = field(default_factory=dict)
    runs: dict[str, Run] = field(default_factory=dict)
    explained: tuple[Path, str] | None = None


def demo(
    out: Annotated[
        Path,
        typer.Option(
            "-o",
            "--out",
            metavar="DIR",
            help=pick(
                "Folder of the demonstration; it is made anew each time.",
                "Dossier de la démonstration ; il est refait à chaque fois.",
            ),
        ),
    ] = Path("passavant-demo"),
    rows: Annotated[
        int, typer.Option("--rows", min=1000, help=pick("Goods items to make.", "Articles à créer."))
    ] = 100_000,
    serve: Annotated[
        bool,
        typer.Option(
            "--serve",
            help=pick(
                "Then serve the portal on this machine, with an account for each role, until Ctrl-C.",
                "Sert ensuite le portail sur ce poste, avec un compte par rôle, jusqu'à Ctrl-C.",
            ),
        ),
    ] = False,
    port: Annotated[
        int,
        typer.Option("--port", min=0, max=65535, help=pick("Port of the portal.", "Port du portail.")),
    ] = 8000,
) -> None:
    """Play every scene and say how long each took."""
    from passavant.cli.serving import listen

    with listen("127.0.0.1", port) if serve else contextlib.nullcontext() as taken:
        stage = _play(out, rows)
        if taken is not None:
            from passavant.cli.demo_portal import serve_portal

            serve_portal(stage.runs["EU"].out, taken)


def _play(out: Path, rows: int) -> Stage:
    import shutil

    from passavant import settings

    marker = out / ".passavant-demo"
    if out.exists() and not marker.exists() and any(out.iterdir()):
        raise _not_ours(out)
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    marker.touch()
    os.environ["PASSAVANT_HOME"] = str((out / "home").absolute())
    os.environ["PASSAVANT_SECRET"] = settings.DEMO_SECRET.decode()
    stage = Stage(out, rows)
    for title, scene in SCENES:
        echo(f"\n== {title.say()}")
        started = time.perf_counter()
        scene(stage)
        echo(f"   ({number(time.perf_counter() - started, decimals=1)} s)")
    return stage


def _make_day(stage: Stage) -> None:
    import datetime as dt

    from passavant.synthetic import generate

    for destination, share in _ROWS.items():
        folder = stage.folder / f"day-{destination}"
        made = generate(
            stage.rows * share // 100, seed=_SEED, day=dt.date.fromisoformat(_DAY), destination=destination, out=folder
        )
        stage.days[destination] = made.parcels
        echo(f"{destination}{colon()}{made.parcels}")


def _clear(policy: str) -> Callable[[Stage], None]:
    def scene(stage: Stage) -> None:
        from passavant.clearance import ClearOptions, clear
        from passavant.cli.summary import show_summary

        run = clear([stage.days[policy]], stage.folder / f"out-{policy}", ClearOptions(policy=policy, simulated=True))
        stage.runs[policy] = run
        show_summary(run)

    return scene


def _explain(stage: Stage) -> None:
    from passavant.clearance.explain import explain
    from passavant.clearance.find import held_consignment

    run = stage.runs["EU"]
    found = held_consignment(run.out, _TELLING)
    stage.explained = (run.out, found)
    echo(f"$ passavant explain {run.out} {found}\n")
    echo(explain(run.out, found).text())


def _prove(stage: Stage) -> None:
    """Seal the run in a log of the demonstration, prove the explained decision, and try to change it."""
    from passavant import settings
    from passavant.clearance.explain import explain
    from passavant.clearance.seal import prove_decision, seal_run
    from passavant.cli.clearance import show_sealed
    from passavant.cli.explain import show_proof
    from passavant.sealing.desk import LocalDesk, trust
    from passavant.sealing.keys import ISSUER, LOG, create_key
    from passavant.sealing.log import LogWriter, create_log
    from passavant.sealing.verification import NotSealed

    folder = stage.folder / "home" / "log"
    key, issuer = create_key(LOG, _LOG, None), create_key(ISSUER, _ISSUER, None)
    create_log(folder, key)
    with LogWriter(folder, key) as log:
        log.admit(issuer.verifier)
    out, consignment = stage.runs["EU"].out, explained(stage)
    desk = LocalDesk(folder)
    show_sealed(out, seal_run(out, issuer, desk))
    echo(f"\n$ passavant explain {out} {consignment} --proof")
    found = explain(out, consignment).found
    show_proof(prove_decision(out, found, trust(), desk))
    altered = dataclasses.replace(found, decision={**(found.decision or {}), "outcome": "release", "lane": "green"})
    echo("\n" + pick("The same decision, changed to release:", "La même décision, changée en mainlevée :"))
    try:
        prove_decision(out, altered, trust())
    except NotSealed as error:
        echo(error.diagnostics(settings.language()))


def explained(stage: Stage) -> str:
    """Return the consignment that the scene before explained."""
    if stage.explained is None:
        raise RuntimeError("the scenes are played in order")
    return stage.explained[1]


def _account(stage: Stage) -> None:
    from passavant.clearance.account import account
    from passavant.cli.account import show_account

    out = stage.runs["EU"].out
    echo(f"$ passavant account {out}\n")
    show_account(account(out), _ACCOUNT_LINES)


def _portal(_stage: Stage) -> None:
    import json

    from passavant.portal.demonstration import first_answers

    for address, told in first_answers():
        echo(f"{address}{colon()}{json.dumps(told, ensure_ascii=False)}")


def _report(stage: Stage) -> None:
    from passavant import settings
    from passavant.clearance.report import write_report

    path = stage.folder / "report.html"
    language: Literal["en", "fr"] = "fr" if settings.language() == "fr" else "en"
    write_report([run.out for run in stage.runs.values()], path, language=language, explained=stage.explained)
    echo(f"{pick('Report', 'Rapport')}{colon()}{path.absolute()}")


SCENES: tuple[tuple[Text, Callable[[Stage], None]], ...] = (
    (
        Text("A day of e-commerce parcels (simulated)", "Une journée de colis du commerce électronique (simulée)"),
        _make_day,
    ),
    (
        Text("Cleared under the law of the European Union", "Dédouanée selon le droit de l'Union européenne"),
        _clear("EU"),
    ),
    (Text("Cleared under the law of Norway", "Dédouanée selon le droit de la Norvège"), _clear("NO")),
    (Text("One held parcel, explained", "Un colis retenu, expliqué"), _explain),
    (Text("That decision, sealed and proved", "Cette décision, scellée et prouvée"), _prove),
    (Text("Who owes what", "Qui doit quoi"), _account),
    (Text("The report", "Le rapport"), _report),
    (Text("The portal, served", "Le portail, servi"), _portal),
)


def _not_ours(out: Path) -> Exception:
    from passavant.errors import BadInput

    return BadInput(
        "cli.demo.folder",
        got=(
            f"{out} exists and is not a demonstration's folder",
            f"{out} existe et n'est pas un dossier de démonstration",
        ),
        expected=(
            "a folder that does not exist, or an earlier demonstration",
            "un dossier inexistant, ou une démonstration antérieure",
        ),
        next_step=("Name another folder with -o.", "Indiquez un autre dossier avec -o."),
    )
