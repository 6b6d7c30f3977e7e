"""What happened to a consignment since its decision, as the runs of a lake list it: an officer's decision, a cancellation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from passavant.clearance.settled import settled_files
from passavant.signals import cancelled_files
from passavant.texts import Text, day

__all__ = ["since"]

_SETTLED = {
    "release": Text("An officer released it on {day}.", "Un agent en a donné mainlevée le {day}."),
    "refuse": Text("An officer refused it on {day}: nothing is due.", "Un agent l'a refusé le {day} : rien n'est dû."),
}
_CANCELLED = Text(
    "Its declarant cancelled it on {day} (version {version}): nothing is due any more.",
    "Son déclarant l'a annulé le {day} (version {version}) : plus rien n'est dû.",
)


def since(runs: Sequence[Path], decision: Mapping[str, Any]) -> list[Text]:
    """Return what the runs say of a decision's consignment, in words.

    Args:
        runs: The runs of a lake.
        decision: A row of ``decisions``.
    """
    told = []
    settled = [row for row in _rows(settled_files(runs), decision) if row["version"] == decision["version"]]
    if settled:
        last = max(settled, key=lambda row: row["settled_at"])
        told.append(_said(_SETTLED[last["settled"]], last["settled_at"]))
    cancelled = [row for row in _rows(cancelled_files(runs), decision) if row["version"] > decision["version"]]
    if cancelled:
        last = max(cancelled, key=lambda row: row["version"])
        told.append(_said(_CANCELLED, last["cancelled_at"], version=last["version"]))
    return told


def _rows(files: Sequence[Path], decision: Mapping[str, Any]) -> list[dict[str, Any]]:
    own = pc.field("consignment_no") == decision["consignment_no"]
    return [row for path in files for row in pq.read_table(path, filters=own).to_pylist()]


def _said(words: Text, at: Any, **more: object) -> Text:
    return Text(*(words.say(language, day=day(at.date(), language), **more) for language in ("en", "fr")))
