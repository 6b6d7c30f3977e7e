"""Chance that repeats: a seeded hash over whole columns, and weighted choice.

What belongs to a thing (a buyer's address, a seller's name) is a hash of its number, so it needs no memory and is the
same on every day of one seed. What happens on a day is drawn from a numpy generator.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Bools", "Floats", "Ints", "Weighted", "WeightedRows", "Words", "below", "mix", "salt", "unit"]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]


def salt(*parts: object) -> int:
    """Turn a purpose into 64 bits: the seed and a few words, the same on every machine."""
    text = "|".join(str(part) for part in parts)
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


def mix(values: npt.ArrayLike, purpose: int) -> Words:
    """Hash integers to 64 uniform bits (the finaliser of SplitMix64, Steele, Lea and Flood 2014)."""
    words = np.asarray(values).astype(np.uint64) + np.uint64(purpose)
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))


def unit(words: Words) -> Floats:
    """Turn hashes into numbers in [0, 1)."""
    return (words >> np.uint64(11)).astype(np.float64) * 2.0**-53


def below(words: Words, limit: npt.ArrayLike) -> Ints:
    """Turn hashes into integers from 0 to limit - 1."""
    return (words % np.asarray(limit).astype(np.uint64)).astype(np.int64)


class Weighted:
    """Choose among a few things by their weights."""

    def __init__(self, weights: Sequence[float] | Floats) -> None:
        edges = np.cumsum(np.asarray(weights, dtype=np.float64))
        self.shares: Floats = np.diff(edges, prepend=0.0) / edges[-1]
        self._edges: Floats = edges / edges[-1]

    def pick(self, uniform: Floats) -> Ints:
        """Return the index for each number in [0, 1)."""
        return np.searchsorted(self._edges, uniform, side="right").astype(np.int64)


class WeightedRows:
    """One weighted choice per row of a matrix of weights, for many rows at once."""

    def __init__(self, weights: npt.NDArray[Any]) -> None:
        edges = np.cumsum(np.asarray(weights, dtype=np.float64), axis=1)
        self.width = edges.shape[1]
        self._flat: Floats = (edges / edges[:, -1:] + np.arange(len(edges))[:, None]).ravel()

    def pick(self, row: Ints, uniform: Floats) -> Ints:
        """Return the column chosen in each row."""
        place = np.searchsorted(self._flat, row + uniform, side="right") - row * self.width
        return np.asarray(np.minimum(place, self.width - 1), dtype=np.int64)
