"""What a page showed, signed: which case, in which revision, since when; the form that comes back carries it."""

from __future__ import annotations

import datetime as dt

from django.core import signing
from django.utils import timezone

from passavant.portal.cases import refusals
from passavant.portal.cases.acting import Seen
from passavant.portal.cases.models import Case

__all__ = ["read_seen", "seen_token"]

_SALT = "passavant.cases.seen"
_LONGEST = dt.timedelta(hours=12)


def seen_token(case: Case) -> str:
    """Return what a page that shows a case gives its forms."""
    return signing.dumps([case.pk, case.revision, int(timezone.now().timestamp())], salt=_SALT)


def read_seen(case_id: int, token: str) -> Seen:
    """Read it back.

    Raises:
        Refusal: it is not ours, not of this case, or of another day.
    """
    try:
        number, revision, at = signing.loads(token, salt=_SALT, max_age=_LONGEST)
    except signing.BadSignature as error:
        raise refusals.changed() from error
    if number != case_id:
        raise refusals.changed()
    return Seen(revision, dt.datetime.fromtimestamp(at, dt.UTC))
