"""The law that the portal applies: which policies there are, and what one says on a day, with its sources."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from passavant.errors import NotFound
from passavant.policy import Policy, load_policy, shipped_policies
from passavant.policy.display import in_force, parameter_texts
from passavant.policy.law import value_on
from passavant.texts import exact, pick

__all__ = ["SECTIONS", "Dated", "content_of", "dated_parameters", "destinations", "one_policy", "policies"]

#: Sections of the rules, in the order in which they decide.
SECTIONS = ("exclusion", "scheme", "duty", "fee", "vat", "waiver", "requirement")


@dataclass(frozen=True)
class Dated:
    """One value of a parameter: from when, what, the law behind it and where it is published."""

    since: dt.date
    until: dt.date | None
    value: str
    reference: str
    address: str | None
    certainty: str
    note: str | None
    in_force: bool


def policies(language: str) -> list[dict[str, Any]]:
    """Return every policy: id, title, version, currency, since when, and who read which sources."""
    return [_summary(load_policy(name), language) for name in shipped_policies()]


def destinations() -> dict[str, str]:
    """Return, for each country that a policy covers, the id of that policy."""
    return {country: name for name in shipped_policies() for country in load_policy(name).file.destinations}


def one_policy(name: str) -> Policy:
    """Return a policy by its id; a path is never one.

    Raises:
        NotFound: there is none of that name.
    """
    known = shipped_policies()
    if name.upper() not in known:
        raise NotFound(
            "portal.policy.none",
            got=(f"no policy {name[:40]!r}", f"aucune réglementation {name[:40]!r}"),
            expected=(f"one of {', '.join(known)}", f"l'une de {', '.join(known)}"),
            next_step=("Choose one from the list.", "Choisissez-en une dans la liste."),
        )
    return load_policy(name.upper())


@lru_cache(maxsize=128)
def _content(name: str, _digest: str, on: dt.date, language: str) -> dict[str, Any]:
    policy = one_policy(name)
    shown = in_force(policy, on, language)
    texts = parameter_texts(policy, on, language)
    for entry in shown["parameters"]:
        entry["text"] = texts.get(entry["name"], "—")
    for table in shown["tables"]:
        unit = {"percent": "\u00a0%", "count": ""}.get(table["unit"], f"\u00a0{table['unit']}")
        table["texts"] = {key: f"{exact(Decimal(value), language)}{unit}" for key, value in table["rows"].items()}
    return shown | _summary(policy, language)


def content_of(policy: Policy, on: dt.date, language: str) -> dict[str, Any]:
    """Return what a policy says on a day; see :func:`passavant.policy.display.in_force`."""
    return _content(policy.id, policy.digest, on, language)


def dated_parameters(policy: Policy, on: dt.date, language: str) -> list[tuple[str, list[Dated]]]:
    """Return the label of each parameter that changes, with all its values by date."""
    found = []
    for parameter in policy.file.parameters.values():
        current = value_on(parameter.values, on)
        unit = {"percent": "\u00a0%", "count": ""}.get(parameter.unit, f"\u00a0{parameter.unit}")
        values = [
            Dated(
                one.from_,
                one.to,
                f"{exact(one.value, language)}{unit}",
                one.reference.text.say(language) if one.reference else "",
                one.url,
                one.certainty or "high",
                one.note.text.say(language) if one.note else None,
                one is current,
            )
            for one in parameter.values
        ]
        found.append((parameter.label.text.say(language), values))
    return found


def _summary(policy: Policy, language: str) -> dict[str, Any]:
    file = policy.file
    return {
        "id": policy.id,
        "title": file.title.text.say(language),
        "version": file.version,
        "currency": file.currency,
        "valid_from": file.valid_from,
        "valid_to": file.valid_to,
        "destinations": list(file.destinations),
        "source": file.source.text.say(language),
        "licence": file.licence,
        "digest": policy.digest,
        "notice": pick(
            "A reading of public law by the authors of this software, not legal advice: the texts cited decide.",
            "Une lecture du droit public par les auteurs de ce logiciel, non un avis juridique : seuls les textes cités font foi.",
            language,
        ),
    }
