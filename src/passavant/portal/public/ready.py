"""Clearances made ready for shoppers' questions: of a policy and a month, the latest few kept."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from passavant import settings
from passavant.clearance.explain import Explanation
from passavant.clearance.lookup import Found
from passavant.clearance.prepared import Grounds, PreparedClearance
from passavant.clearance.rules import load_rules
from passavant.dataset.live import LiveIntake
from passavant.dataset.rejected import Rejected
from passavant.engines import open_duckdb
from passavant.engines.prepared import open_prepared
from passavant.money.exchange import load_rates
from passavant.policy import load_policy
from passavant.portal.declarations.grounds import rate_files
from passavant.signals import fold_history

__all__ = ["cleared"]

_KEPT = 3
Stamps = tuple[tuple[str, int], ...]


def cleared(policy: str, on: dt.date, record: Mapping[str, Any], stamps: Stamps) -> Explanation | Rejected:
    """Clear one declaration, or return the row that cannot be read. Not for two threads at once.

    Args:
        policy: Under which policy.
        on: Its day.
        record: The declaration, of one goods item.
        stamps: Files of exchange rates and when they were changed: others are read anew.
    """
    intake, ready = _ready(policy, load_policy(policy).digest, on.year, on.month, stamps)
    taken = intake.take([dict(record)], "question")
    if taken.rejected:
        return taken.rejected[0]
    found = ready.run(taken.items, dt.datetime.now(dt.UTC))
    decision = found.decisions.to_pylist()[0]
    return Explanation(
        Found(decision["consignment_id"], decision, found.items.to_pylist(), ()), ready.grounds.law, "declarant"
    )


@lru_cache(maxsize=_KEPT)
def _ready(policy: str, _digest: str, year: int, month: int, _stamps: Stamps) -> tuple[LiveIntake, PreparedClearance]:
    law, secret = load_policy(policy), settings.secret()
    key_id = settings.key_id(secret)
    first = dt.date(year, month, 1)
    last = (first + dt.timedelta(days=32)).replace(day=1)
    day = dt.timedelta(days=2)
    with tempfile.TemporaryDirectory(prefix="passavant-question-") as name:  # nobody sent anything before
        nothing = fold_history(open_duckdb(), [], law, Path(name), key_id=key_id)
        grounds = Grounds(law, load_rules(), load_rates(rate_files()), nothing, key_id, 0)
        ready = PreparedClearance(grounds, first - day, last + day)
    return LiveIntake(open_prepared(), secret, law.id), ready
