"""`passavant people integrity`: indicators for the anti-corruption unit, from the trail."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any

import typer

from passavant.cli.options import JSON
from passavant.cli.serve import actor_name, open_portal
from passavant.cli.show import as_json, echo, table
from passavant.texts import number, pick

if TYPE_CHECKING:
    from passavant.portal.integrity.indicators import Indicator
    from passavant.portal.integrity.proportions import Proportion

__all__ = ["HELP", "integrity"]

HELP = pick(
    "Who decides below the advice, alone and how often: indicators for the anti-corruption unit. Reading them is recorded in the trail.\n\n"
    "Example: passavant people integrity --from 2026-10-01 --to 2026-12-31",
    "Qui décide en deçà de l'avis, seul et combien de fois : indicateurs pour la cellule anticorruption. Leur lecture est inscrite dans la "
    "piste d'audit.\n\nExemple : passavant people integrity --from 2026-10-01 --to 2026-12-31",
)
_FORMATS = ["%Y-%m-%d"]
_FRENCH_PERCENT = "\u00a0%"


def integrity(
    start: Annotated[dt.datetime, typer.Option("--from", formats=_FORMATS, metavar="DAY", help=pick("First day, YYYY-MM-DD.", "Premier jour, AAAA-MM-JJ."))],
    end: Annotated[dt.datetime, typer.Option("--to", formats=_FORMATS, metavar="DAY", help=pick("Last day.", "Dernier jour."))],
    json_: JSON = False,
) -> None:  # fmt: skip
    """Show them."""
    open_portal()
    from passavant.portal.integrity.services import indicators
    from passavant.portal.integrity.words import METHOD, WORDS

    found = indicators(start.date(), end.date(), by=actor_name())
    if json_:
        as_json({"method": METHOD.say(), "indicators": [_record(one) for one in found]})
        return
    if not found:
        echo(pick("no decision of an officer in this period", "aucune décision d'agent dans cette période"))
        return
    heading = [
        pick("person", "personne"), pick("indicator", "indicateur"), pick("about", "au sujet de"), pick("count", "nombre"),
        pick("of", "sur"), pick("share", "part"), pick("95%", "95\u00a0%"), pick("office", "bureau"), pick("look", "à voir"),
    ]  # fmt: skip
    table([heading, *map(_row, found)], right=(3, 4, 5, 7))
    echo()
    for code in dict.fromkeys(one.code for one in found):
        echo(f"{code} — {WORDS[code].say()}")
    echo(METHOD.say())


def _row(one: Indicator) -> list[str]:
    own = one.own
    return [
        one.person, one.code, one.subject, number(own.count), number(own.of), _percent(own.share),
        f"{_percent(own.low)}–{_percent(own.high)}", _percent(one.office.share), "←" if one.flagged else "",
    ]  # fmt: skip


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{number(100 * share, decimals=1)}{pick('%', _FRENCH_PERCENT)}"


def _record(one: Indicator) -> dict[str, Any]:
    return {
        "person": one.person,
        "indicator": one.code,
        "subject": one.subject,
        "own": _share(one.own),
        "office": _share(one.office),
        "flagged": one.flagged,
        "detail": dict(one.detail),
    }


def _share(share: Proportion) -> dict[str, Any]:
    return {"count": share.count, "of": share.of, "share": share.share, "low": share.low, "high": share.high}
