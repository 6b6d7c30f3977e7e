"""A share with its denominator and how sure one can be of it, beside the office's.

>>> share = Proportion(8, 10)
>>> round(share.low, 3), round(share.high, 3)
(0.49, 0.943)
>>> share.stands_out(Proportion(30, 100)), Proportion(4, 4).stands_out(Proportion(30, 100))
(True, False)
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

__all__ = ["FEWEST", "Proportion"]

#: 95%, two-sided.
_DOUBT = 0.05
_Z = NormalDist().inv_cdf(1 - _DOUBT / 2)
#: Fewer cases than this are never flagged.
FEWEST = 5


@dataclass(frozen=True)
class Proportion:
    """So many of so many; the interval is Wilson's, 95%, which holds for small numbers too."""

    count: int
    of: int

    @property
    def share(self) -> float | None:
        """The share; None of nothing."""
        return self.count / self.of if self.of else None

    @property
    def low(self) -> float:
        """Lower end of the interval."""
        return self._ends()[0]

    @property
    def high(self) -> float:
        """Upper end of the interval."""
        return self._ends()[1]

    def stands_out(self, office: Proportion, looked_at: int = 1) -> bool:
        """Return whether even the lower end lies above the office's share, on enough cases.

        Args:
            office: The office's share.
            looked_at: How many shares this one was picked from: the interval widens accordingly (Bonferroni).
        """
        if self.count < FEWEST or office.share is None:
            return False
        return self._ends(NormalDist().inv_cdf(1 - _DOUBT / 2 / looked_at))[0] > office.share

    def _ends(self, z: float = _Z) -> tuple[float, float]:
        if not self.of:
            return 0.0, 1.0
        share, square = self.count / self.of, z * z
        middle = share + square / (2 * self.of)
        half = z * math.sqrt(share * (1 - share) / self.of + square / (4 * self.of * self.of))
        whole = 1 + square / self.of
        return max((middle - half) / whole, 0.0), min((middle + half) / whole, 1.0)
