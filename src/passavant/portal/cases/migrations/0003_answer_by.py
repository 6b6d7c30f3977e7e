"""Cases that are there already get the time by which customs answers: that of a deployment which sets nothing."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.db import migrations
from django.db.models import F

_HOURS = {"red": 24}
_OTHERS = 48


def fill(apps: Any, schema_editor: Any) -> None:
    """Fill in what is empty."""
    empty = apps.get_model("cases", "Case").objects.filter(due_at=None)
    for lane, hours in _HOURS.items():
        empty.filter(lane=lane).update(due_at=F("opened_at") + dt.timedelta(hours=hours))
    empty.update(due_at=F("opened_at") + dt.timedelta(hours=_OTHERS))


class Migration(migrations.Migration):
    """Data alone: the columns change in the next one, which PostgreSQL wants apart."""

    dependencies: ClassVar = [("cases", "0002_answers")]
    operations: ClassVar = [migrations.RunPython(fill, migrations.RunPython.noop)]
