"""When a delivery that failed is tried again, and when an endpoint is left alone.

>>> [retry_after(number, 0.5) for number in (1, 2, 3)]
[5.0, 60.0, 600.0]
>>> retry_after(8, 0.5) is None
True
"""

from __future__ import annotations

__all__ = ["ATTEMPTS", "DISABLED_AFTER_DAYS", "asked_to_wait", "endpoint_pause", "retry_after"]

#: Seconds after the first, second … failure; about three days in all.
_DELAYS = (5, 60, 600, 3600, 6 * 3600, 24 * 3600, 40 * 3600)
#: Attempts in all, the first included.
ATTEMPTS = len(_DELAYS) + 1
#: An endpoint that answered nothing well for so long is switched off.
DISABLED_AFTER_DAYS = 5
#: A receiver may ask to be left alone for so long at most.
_LONGEST_WAIT = 24 * 3600
_LONGEST_PAUSE = 600


def retry_after(failed: int, chance: float) -> float | None:
    """Return the seconds until the next attempt after so many failures; None when it was the last.

    Args:
        failed: Attempts that failed, 1 or more.
        chance: From 0 to 1: spreads the attempts by a tenth either way, so that not all come back at once.
    """
    return _DELAYS[failed - 1] * (0.9 + 0.2 * chance) if failed <= len(_DELAYS) else None


def endpoint_pause(failures: int) -> float:
    """Return the seconds for which an endpoint that does not answer is left alone: 2, 4, 8 … up to ten minutes."""
    return float(min(_LONGEST_PAUSE, 2 ** min(failures, 10)))


def asked_to_wait(field: str | None) -> float:
    """Return the seconds that ``Retry-After`` asks for, within bounds; 0 for a date or anything else."""
    text = (field or "").strip()
    return float(min(int(text), _LONGEST_WAIT)) if text.isascii() and text.isdigit() and len(text) < 10 else 0.0
