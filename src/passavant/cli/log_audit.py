"""`passavant log audit`: is a log what it says, and does it continue what it showed before and elsewhere?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from passavant.cli.options import JSON
from passavant.cli.show import as_json, echo
from passavant.texts import colon, number, pick, plural

if TYPE_CHECKING:
    from passavant.sealing.audit import Finding, Report

__all__ = ["HELP", "audit"]

_MOST_SHOWN = 5
_WIDEST = 120

HELP = pick(
    "Audit a log: signatures, every tile, every entry; forks and rewinds since the last audit. Evidence is kept.\n\n"
    "Exit status: 0 nothing found, 1 findings, 2 bad input.\n\n"
    "Example: passavant log audit https://seals.customs.example --trust trust.policy",
    "Audite un journal : signatures, chaque tuile, chaque inscription ; bifurcations et retours en arrière depuis le "
    "dernier audit. Les preuves sont conservées.\n\n"
    "Code de retour : 0 rien à signaler, 1 constats, 2 entrée incorrecte.\n\n"
    "Exemple : passavant log audit https://sceaux.douane.example --trust confiance.policy",
)


def audit(
    source: Annotated[str | None, typer.Argument(metavar="[SOURCE]", help=pick(
        "Folder with checkpoint and tile/, or address of a log (else this machine's log).",
        "Dossier contenant checkpoint et tile/, ou adresse d'un journal (sinon le journal de ce poste)."))] = None,
    trust_: Annotated[Path | None, typer.Option("--trust", metavar="POLICY", help=pick(
        "Whom you trust: logs, witnesses, quorum (else $PASSAVANT_HOME/trust.policy, and this machine's log).",
        "À qui vous vous fiez : journaux, témoins, quorum (sinon $PASSAVANT_HOME/trust.policy, et le journal de ce poste)."))] = None,
    key: Annotated[list[str] | None, typer.Option("--key", metavar="VKEY", help=pick(
        "Key of a log that you trust.", "Clé d'un journal auquel vous vous fiez."))] = None,
    state: Annotated[Path | None, typer.Option("--state", metavar="DIR", help=pick(
        "Where the last checkpoint is remembered and evidence is kept (else a folder below $PASSAVANT_HOME/audit).",
        "Où le dernier point de contrôle est mémorisé et les preuves conservées (sinon un dossier sous $PASSAVANT_HOME/audit)."))] = None,
    against: Annotated[list[str] | None, typer.Option("--against", metavar="FILE|URL", help=pick(
        "A checkpoint from elsewhere (witness, mirror), or a receipt; can be given several times.",
        "Un point de contrôle venu d'ailleurs (témoin, miroir), ou un reçu ; option répétable."))] = None,
    since_last: Annotated[bool, typer.Option("--since-last", help=pick(
        "Replay only what is new since the last clean audit.", "Ne rejoue que ce qui est nouveau depuis le dernier audit sans constat."))] = False,
    tree: Annotated[bool, typer.Option("--tree", help=pick(
        "Check the tree alone: any C2SP log, whatever its entries say.",
        "Ne vérifie que l'arbre : tout journal C2SP, quel que soit le contenu des inscriptions."))] = False,
    json_: JSON = False,
) -> int:  # fmt: skip
    """Parse, audit, show."""
    from passavant.sealing.audit import audit_log, open_source
    from passavant.sealing.desk import local_folder, trust
    from passavant.sealing.log import PUBLIC

    policy = trust(trust_, key or ())
    found = audit_log(
        open_source(source or str(local_folder() / PUBLIC)),
        policy,
        state=state,
        against=against or (),
        since_last=since_last,
        tree_only=tree,
    )
    if json_:
        as_json(found.record())
    else:
        _show(found)
    return 0 if found.clean else 1


def _show(report: Report) -> None:
    total = sum(report.counts.values())
    size = number(report.size or 0)
    if report.clean:
        echo(pick(f"CLEAN: {report.origin}, {size} entries", f"SANS CONSTAT : {report.origin}, {size} inscriptions"))
    else:
        said = f"{number(total)} {pick('finding' if total == 1 else 'findings', plural(total, 'constat'))}"
        echo(f"{said}{colon()}{report.origin}, {size} {pick('entries', 'inscriptions')}")
    for line in _covered(report):
        echo(f"  {line}")
    for finding in report.findings[:_MOST_SHOWN]:
        _show_finding(finding)
    left = total - min(len(report.findings), _MOST_SHOWN)
    if left:
        echo(pick(f"{number(left)} more; --json gives them", f"{number(left)} autres ; --json les donne"))
    if not report.clean:
        echo(
            pick(
                "Next step: keep the evidence, show it to the log's operator, and compare with a witness: --against URL.",
                "À faire : gardez les preuves, montrez-les à l'exploitant du journal, et comparez avec un témoin : --against URL.",
            )
        )


def _covered(report: Report) -> list[str]:
    """Say what was replayed and compared."""
    since = number(report.since)
    lines = [pick(f"replayed from entry {since}", f"rejoué depuis l'inscription {since}")]
    if report.previous is None:
        lines.append(
            pick("first audit here: no earlier checkpoint", "premier audit ici : aucun point de contrôle antérieur")
        )
    else:
        seen = number(report.previous)
        lines.append(
            pick(
                f"compared with the checkpoint of {seen} entries seen before",
                f"comparé au point de contrôle de {seen} inscriptions vu auparavant",
            )
        )
    if report.against:
        count = number(report.against)
        lines.append(
            pick(
                f"checkpoints from elsewhere compared: {count}",
                f"points de contrôle venus d'ailleurs comparés : {count}",
            )
        )
    return lines


def _show_finding(finding: Finding) -> None:
    echo(f"{finding.place}{colon()}{finding.text.say()}  [{finding.code}]")
    expected, found = _differing(finding.expected, finding.found)
    rows = [
        (pick("expected", "attendu"), expected),
        (pick("found", "trouvé"), found),
        (pick("evidence", "preuves"), str(finding.evidence)),
    ]
    for label, value in rows:
        if value:
            echo(f"  {label}{colon()}{value}")


def _differing(one: str, other: str) -> tuple[str, str]:
    """Return two long texts cut to where they differ."""
    if max(len(one), len(other)) <= _WIDEST:
        return one, other
    same = next((place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), 0)
    start = max(0, same - _WIDEST // 4)

    def cut(text: str) -> str:
        end = start + _WIDEST
        return f"{'…' if start else ''}{text[start:end]}{'…' if len(text) > end else ''}"

    return cut(one), cut(other)
