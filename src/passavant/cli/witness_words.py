"""What `passavant witness` shows: rounds, logs watched, and the two checkpoints of a log that contradicts itself."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from passavant.cli.show import echo
from passavant.texts import colon, number, pick

if TYPE_CHECKING:
    from passavant.errors import PassavantError
    from passavant.sealing.witness import Seen, Watched

__all__ = ["cosigned", "failed", "record", "seen_cells", "show_round"]


def show_round(done: list[tuple[Seen, str]], failures: list[tuple[str, PassavantError]], *, lines: bool) -> None:
    """Show the cosignatures of a round and what failed, with the evidence where there is some."""
    from passavant.settings import language

    for seen, line in done:
        size = number(seen.checkpoint.size)
        origin = seen.checkpoint.origin
        echo(pick(f"{origin}: {size} entries cosigned", f"{origin} : {size} inscriptions cosignées"), err=lines)
        if lines:
            echo(line, nl=False)
    for _, error in failures:
        echo(error.diagnostics(language()), err=True)
        for title, note in _evidence(error):
            echo(f"\n{title}{colon()}\n{note}", err=True)


def _evidence(error: PassavantError) -> list[tuple[str, str]]:
    from passavant.sealing.witness.pulling import Contradicted

    if not isinstance(error, Contradicted):
        return []
    return [(pick("seen", "vu"), error.seen), (pick("shown now", "montré à présent"), error.shown)]


def cosigned(seen: Seen, line: str) -> dict[str, Any]:
    """Return a cosignature for machines."""
    return {"log": seen.checkpoint.origin, **_seen_record(seen), "line": line}


def failed(origin: str, error: PassavantError) -> dict[str, Any]:
    """Return a failure for machines, with both checkpoints where the log contradicts itself."""
    from passavant.sealing.witness.pulling import Contradicted

    told: dict[str, Any] = {"log": origin, "code": error.code, "got": pick(*error.got)}
    return told | ({"seen": error.seen, "shown": error.shown} if isinstance(error, Contradicted) else {})


def record(one: Watched) -> dict[str, Any]:
    """Return a log that is watched, for machines."""
    return {"key": str(one.key), "origin": one.key.name, "url": one.url, **(_seen_record(one.seen) if one.seen else {})}


def _seen_record(seen: Seen) -> dict[str, Any]:
    return {"size": seen.checkpoint.size, "root": seen.checkpoint.root.hex(), "time": _time(seen)}


def seen_cells(seen: Seen | None) -> tuple[str, str]:
    """Return how many entries were seen and when they were cosigned."""
    return (number(seen.checkpoint.size), _time(seen)) if seen else ("—", "—")


def _time(seen: Seen) -> str:
    return f"{dt.datetime.fromtimestamp(seen.time, dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
