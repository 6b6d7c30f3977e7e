"""Back-tests asked for, done by the worker, and what they cost in controls."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from passavant.errors import BadInput, NotFound, Place
from passavant.lake import run_folders
from passavant.portal.analysis.results import known_results
from passavant.portal.declarations.grounds import lake
from passavant.portal.integrity.proportions import Proportion
from passavant.portal.jobs.services import start
from passavant.portal.people.models import Person
from passavant.portal.rulebook.back_test import Period, try_rule
from passavant.portal.rulebook.language import check
from passavant.portal.rulebook.models import BackTest, Version
from passavant.portal.rulebook.services import content_of
from passavant.portal.trail.services import record

__all__ = ["KIND", "LONGEST", "Cost", "ask", "cost_of", "do", "find_test", "hit_rate"]

#: Name of the job.
KIND = "rulebook.back_test"
#: Days that a back-test may go back.
LONGEST = 365
#: Steps that the job counts.
_STEPS = 3


@dataclass(frozen=True)
class Cost:
    """What a rule would cost: controls a day, on the days that have declarations.

    Attributes:
        added: Consignments a day that nothing else selects, on average.
        most: On the fullest day.
        now: Consignments a day in the red lane already, on average.
        capacity: Controls a day that the office can make; None: not set.
    """

    added: float
    most: int
    now: float
    capacity: int | None

    @property
    def beyond(self) -> bool:
        """Whether controls would exceed the capacity."""
        return self.capacity is not None and self.added + self.now > self.capacity


@transaction.atomic
def ask(version: Version, days: int, *, by: Person) -> BackTest:
    """Ask for a back-test on the last days of the lake.

    Raises:
        BadInput: too few or too many days.
    """
    if not 1 <= days <= LONGEST:
        raise _length(days)
    made = BackTest.objects.create(version=version, digest=version.digest, days_asked=days, asked_by=by)
    made.job = start(KIND, {"test": str(made.pk)}, by=by)
    made.save(update_fields=["job"])
    return made


def do(test: str, tell: Callable[[int, int], None]) -> dict[str, Any]:
    """Do a back-test; done again, it gives the same on the same lake.

    Raises:
        BadInput: the rule uses what the lake does not keep, or there is nothing to test on.
    """
    asked = BackTest.objects.select_related("version", "asked_by").get(pk=test)
    content = content_of(asked.version)
    tell(0, _STEPS)
    found = try_rule(
        check(content.condition), f"clearance.rule.{content.code}", content.outcome, _runs(),
        lambda newest: Period(newest - dt.timedelta(days=asked.days_asked - 1), newest),
        results=known_results(), tell=lambda done: tell(done, _STEPS),
    )  # fmt: skip
    with transaction.atomic():
        asked.figures, asked.days_tested, asked.ended_at = found.record(), found.days, timezone.now()
        asked.save(update_fields=["figures", "days_tested", "ended_at"])
        record(
            "passavant.rule.tested", actor=asked.asked_by.email, object_type="rule",
            object_id=f"{asked.version.rule_id}/{asked.version.number}",
            data={"digest": asked.digest, "days": found.days, "hits": found.hits, "consignments": found.consignments},
        )  # fmt: skip
    return {"test": test, "hits": found.hits}


def find_test(test: uuid.UUID) -> BackTest:
    """Return a back-test.

    Raises:
        NotFound: there is none.
    """
    found = BackTest.objects.select_related("version", "version__rule", "asked_by", "job").filter(pk=test).first()
    if found is None:
        raise NotFound(
            "portal.rules.test.none",
            got=(f"no back-test {test}", f"aucun test rétrospectif {test}"),
            expected=("a back-test of a rule", "un test rétrospectif d'une règle"),
            next_step=("Choose one on the page of its rule.", "Choisissez-en un sur la page de sa règle."),
        )
    return found


def hit_rate(figures: dict[str, Any]) -> Proportion | None:
    """Return the share of irregular consignments among the hits that were inspected; None where no results are known."""
    return None if figures["inspected"] is None else Proportion(figures["irregular"], figures["inspected"])


def cost_of(figures: dict[str, Any]) -> Cost:
    """Return what a rule would cost in controls."""
    new = [one[1] for one in figures["by_day"].values()]
    days = figures["days"] or 1
    return Cost(
        added=sum(new) / days, most=max(new, default=0), now=sum(figures["selected_by_day"].values()) / days,
        capacity=settings.PASSAVANT_CONTROLS_A_DAY,
    )  # fmt: skip


def _runs() -> list[Any]:
    place = lake()
    return run_folders(place) if (place / "lake.json").is_file() else []


def _length(days: int) -> BadInput:
    return BadInput(
        "portal.rules.test.days",
        got=(f"a back-test on {days} days", f"un test rétrospectif sur {days} jours"),
        expected=(f"1 to {LONGEST} days", f"de 1 à {LONGEST} jours"),
        next_step=("Give a number in between.", "Indiquez un nombre dans cet intervalle."),
        place=Place(field="days", value=str(days)),
    )
