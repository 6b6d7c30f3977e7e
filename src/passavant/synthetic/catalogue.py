"""The goods of the synthetic day: what is sold, under which HS 2017 subheading, at what price and mass.

The list is ``data/goods.yaml``; here it becomes arrays, one place per good, and one pool of descriptions.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from passavant.synthetic.chance import Bools, Floats, Ints
from passavant.texts import load_yaml, validate

__all__ = ["Catalogue", "Good", "GoodsFile", "goods_file", "load_catalogue"]

_DATA = Path(__file__).parent / "data" / "goods.yaml"
_MOST = {"en": 40, "fr": 5, "es": 5}  # texts per good: 80 % English, 10 % French, 10 % Spanish
_SECOND_HAND = {"en": ", second-hand", "fr": ", d'occasion", "es": ", de segunda mano"}


class Good(BaseModel):
    """One entry of the list; ``eur`` is the median price of a piece, ``kg`` its net mass."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    hs: str = Field(pattern=r"^[0-9]{6}$")
    family: str
    weight: float = Field(gt=0)
    eur: float = Field(gt=0)
    spread: float = Field(0.45, gt=0)
    kg: float = Field(gt=0)
    many: float = Field(1.25, ge=1)
    unit: str = "H87"
    used: bool = False
    options: list[str] = Field(default_factory=list, alias="with")
    origins: dict[str, float] = Field(default_factory=dict)
    hides_as: str | None = Field(None, alias="as")
    en: list[str] = Field(min_length=1)
    fr: list[str] = Field(min_length=1)
    es: list[str] = Field(min_length=1)


class GoodsFile(BaseModel):
    """The whole file, with its provenance."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str
    licence: str
    source: str
    nomenclature: str
    default_origins: dict[str, float]
    options: dict[str, dict[str, list[str]]]
    goods: list[Good]
    documents: list[Good]
    prohibited: list[Good]
    vague: list[str]
    stop_words: list[str]


@dataclass(frozen=True)
class Catalogue:
    """The list as arrays: place i of each describes good i. Shares of origin are a matrix goods x countries.

    Texts of good i are ``texts[start[i] : start[i] + count[i]]``; ``second_hand`` places further stands the same text
    for second-hand goods. Vague texts and stop words close the pool.
    """

    goods: tuple[Good, ...]
    families: list[str]
    family: Ints
    weight: Floats
    eur: Floats
    spread: Floats
    kg: Floats
    many: Floats
    used: Bools
    hides_as: Ints
    origins: list[str]
    origin_share: Floats
    codes: list[str]
    code: Ints
    units: list[str]
    unit: Ints
    texts: list[str]
    start: Ints
    count: Ints
    second_hand: int
    vague: tuple[int, int]
    stop_words: tuple[int, int]

    def of(self, family: str) -> Ints:
        """Return the places of the goods of one family."""
        return np.flatnonzero(self.family == self.families.index(family))


@lru_cache(maxsize=1)
def goods_file() -> GoodsFile:
    """Read and check the list. Raises BadInput with the line of a mistake."""
    return validate(GoodsFile, load_yaml(_DATA))


@lru_cache(maxsize=1)
def load_catalogue() -> Catalogue:
    """Return the list as arrays."""
    file = goods_file()
    goods = (*file.goods, *file.documents, *file.prohibited)
    ids = [good.id for good in goods]
    families = list(dict.fromkeys(good.family for good in goods))
    codes, units = _distinct(good.hs for good in goods), _distinct(good.unit for good in goods)
    origins, shares = _origins(file, goods)
    texts, start, count = _texts(file, goods)
    total = len(texts) // 2
    return Catalogue(
        goods=goods,
        families=families,
        family=_ints(families.index(good.family) for good in goods),
        weight=np.array([good.weight for good in goods]),
        eur=np.array([good.eur for good in goods]),
        spread=np.array([good.spread for good in goods]),
        kg=np.array([good.kg for good in goods]),
        many=np.array([good.many for good in goods]),
        used=np.array([good.used for good in goods]),
        hides_as=_ints(ids.index(good.hides_as or good.id) for good in goods),
        origins=origins,
        origin_share=shares,
        codes=codes,
        code=_ints(codes.index(good.hs) for good in goods),
        units=units,
        unit=_ints(units.index(good.unit) for good in goods),
        texts=[*texts, *file.vague, *file.stop_words],
        start=start,
        count=count,
        second_hand=total,
        vague=(2 * total, len(file.vague)),
        stop_words=(2 * total + len(file.vague), len(file.stop_words)),
    )


def _ints(values: Iterable[int]) -> Ints:
    return np.fromiter(values, dtype=np.int64)


def _distinct(values: Iterable[str]) -> list[str]:
    return sorted(set(values))


def _origins(file: GoodsFile, goods: tuple[Good, ...]) -> tuple[list[str], Floats]:
    shares = [good.origins or file.default_origins for good in goods]
    countries = sorted({country for share in shares for country in share})
    matrix = np.array([[share.get(country, 0.0) for country in countries] for share in shares])
    return countries, matrix / matrix.sum(axis=1, keepdims=True)


def _texts(file: GoodsFile, goods: tuple[Good, ...]) -> tuple[list[str], Ints, Ints]:
    plain: list[str] = []
    second_hand: list[str] = []
    start: list[int] = []
    for good in goods:
        start.append(len(plain))
        for language, most in _MOST.items():
            every = _written(file, good, language)
            written = every[:: max(1, len(every) // most)][:most]
            plain += written
            second_hand += [text + _SECOND_HAND[language] for text in written]
    first = np.array(start, dtype=np.int64)
    return plain + second_hand, first, np.diff(first, append=len(plain))


def _written(file: GoodsFile, good: Good, language: str) -> list[str]:
    bare: list[str] = getattr(good, language)
    choices = [file.options[option][language] for option in good.options]
    return [", ".join(words) for words in product(bare, *choices)]
