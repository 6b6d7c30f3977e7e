"""Where a declaration stands, as its declarant is told: one word for what it is, what its case came to, and whether it is the newest."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from passavant.portal.cases.models import Case, State
from passavant.portal.declarations.models import Entry
from passavant.texts import Text

__all__ = ["COLOURS", "FILTERS", "STANDINGS", "standing_of", "standings", "that_stand"]

STANDINGS: Mapping[str, Text] = {
    "asked": Text("Waiting for your answer", "En attente de votre réponse"),
    "answered": Text("Your answer is with customs", "Votre réponse est à la douane"),
    "held": Text("Held: customs examines it", "Retenu : la douane l'examine"),
    "released": Text("Released", "Mainlevée donnée"),
    "refused": Text("Refused", "Refusé"),
    "cancelled": Text("Cancelled", "Annulé"),
    "replaced": Text("Replaced by a newer version", "Remplacé par une version plus récente"),
    "trial": Text("Trial: no officer reads it", "Essai : aucun agent ne le lit"),
}
COLOURS: Mapping[str, str] = {
    "asked": "yellow", "answered": "turquoise", "held": "red", "released": "green", "refused": "red",
}  # fmt: skip
#: Those that can be asked for.
FILTERS = ("asked", "answered", "held", "released", "refused", "cancelled")
_ASKED = "request_information"
_BY_STATE: Mapping[str, str] = {
    State.INFORMATION: "asked", State.ANSWERED: "answered", State.SCREENING: "held", State.CONTROL: "held",
    State.RELEASED: "released", State.REFUSED: "refused", State.SUPERSEDED: "replaced", State.CANCELLED: "cancelled",
}  # fmt: skip


def standings(entries: Sequence[Entry]) -> list[str]:
    """Return where each of some declarations stands, one of :data:`STANDINGS`."""
    cases = {case.entry_id: case for case in Case.objects.filter(entry__in=[entry.pk for entry in entries])}
    newest = {
        (name, sandbox): version
        for name, sandbox, version in Entry.objects.filter(consignment_id__in={one.consignment_id for one in entries})
        .values_list("consignment_id", "sandbox")
        .annotate(newest=Max("version"))
        .order_by()
    }
    return [
        standing_of(one, cases.get(one.pk), newest=one.version == newest[one.consignment_id, one.sandbox])
        for one in entries
    ]


def standing_of(entry: Entry, case: Case | None, *, newest: bool = True) -> str:
    """Return where a declaration stands.

    Args:
        entry: A version of it.
        case: Its case; None where it was released by itself, or is trial data.
        newest: Whether no newer version stands.
    """
    if entry.kind == Entry.Kind.CANCELLED:
        return "cancelled"
    if case is not None:
        return _of_case(entry, case)
    if not newest:
        return "replaced"
    if entry.outcome == "release":
        return "released"
    return "trial" if entry.sandbox else "held"


def _of_case(entry: Entry, case: Case) -> str:
    """Return it for a case; that a second person is waited for is no business of the declarant's."""
    state = case.proposed["before"] if case.state == State.SECOND and case.proposed else case.state
    return _BY_STATE.get(state) or ("asked" if entry.outcome == _ASKED else "held")


def that_stand(found: QuerySet[Entry], wanted: str, organisations: Collection[int]) -> QuerySet[Entry]:
    """Return those of some declarations that stand as is asked for.

    Args:
        found: Declarations.
        wanted: One of :data:`FILTERS`.
        organisations: Whose they are: cases are then looked at by organisation.
    """
    if wanted == "cancelled":
        return found.filter(Q(kind=Entry.Kind.CANCELLED) | Q(cases__state=State.CANCELLED))
    if wanted == "released":
        newer = Entry.objects.filter(
            consignment_id=OuterRef("consignment_id"), sandbox=OuterRef("sandbox"), version__gt=OuterRef("version")
        )
        by_itself = Q(outcome="release", cases=None) & ~Exists(newer)
        return found.filter(by_itself | Q(cases__state=State.RELEASED))
    states = [state for state, standing in _BY_STATE.items() if standing == wanted]
    having = _in(*states)
    if wanted == "asked":
        having |= _in(State.NEW) & Q(outcome=_ASKED)
    if wanted == "held":
        having |= _in(State.NEW) & ~Q(outcome=_ASKED)
    return found.filter(having, cases__organisation__in=organisations)


def _in(*states: str) -> Q:
    before = Q(cases__proposed__before__in=[str(state) for state in states])
    return Q(cases__state__in=states) | (Q(cases__state=State.SECOND) & before)
