"""Fields of declarations that the data set does not know: what is sent under another name would be lost in silence.

>>> unknown_fields([{"declaration_id": "1", "chanel": "post", "items": [{"hs_kode": "610910"}, {"hs_kode": "610990"}]}])
[{'field': 'chanel', 'records': 1, 'did_you_mean': 'channel'}, {'field': 'items[].hs_kode', 'records': 1, 'did_you_mean': 'hs_code'}]
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Any

from passavant.dataset.binding import own_to_items
from passavant.dataset.readers.json_rows import ITEMS
from passavant.dataset.schema import load_schema

__all__ = ["MOST_NAMED", "unknown_columns", "unknown_fields"]

#: Most fields that are named, the most frequent first; and characters of each.
MOST_NAMED, _LONGEST = 50, 100
_IN_ITEMS = f"{ITEMS}[]."


def unknown_fields(records: Sequence[Any]) -> list[dict[str, Any]]:
    """Return the fields of JSON records that are not read, each with the number of records that hold it.

    A field of a goods item is called ``items[].<name>``; an amount or a number of a goods item is not read beside its ``items``.
    """
    whole, beside_items = _known()
    counted: Counter[str] = Counter()
    for record in records:
        if not isinstance(record, dict):
            continue
        items = record.get(ITEMS)
        if isinstance(items, list):
            counted.update(record.keys() - beside_items)
            counted.update(_IN_ITEMS + name for name in _of_items(items) - whole)
        else:
            counted.update(record.keys() - whole)
    return _told(counted)


def unknown_columns(names: Iterable[str], records: int) -> list[dict[str, Any]]:
    """Return the same of a table's columns, which every record has."""
    return _told(Counter(dict.fromkeys(names, records)))


def _told(counted: Counter[str]) -> list[dict[str, Any]]:
    shown = sorted(counted.items(), key=lambda one: (-one[1], one[0]))[:MOST_NAMED]
    return [
        {"field": name, "records": count, "did_you_mean": _meant(name.removeprefix(_IN_ITEMS))}
        for name, count in ((_printable(name[:_LONGEST]), count) for name, count in shown)
    ]


def _printable(name: str) -> str:
    """Return a name that can be shown and kept: what cannot be printed is a question mark."""
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in name)


def _of_items(items: Sequence[Any]) -> set[str]:
    found: set[str] = set()
    for item in items:
        if isinstance(item, dict):
            found.update(item)
    return found


@cache
def _known() -> tuple[frozenset[str], frozenset[str]]:
    """Return what is read of a flat record or a goods item, and what is read of a record beside its goods items."""
    elements = load_schema().elements
    names = frozenset(element.name for element in elements)
    return names, (names - {one.name for one in elements if own_to_items(one)}) | {ITEMS}


@lru_cache(maxsize=1024)
def _meant(name: str) -> str | None:
    plain = re.sub(r"[\W_]+", "_", name.lower()).strip("_")
    if name in _known()[0]:
        return _IN_ITEMS + name
    found = difflib.get_close_matches(plain, _known()[0], n=1, cutoff=0.75)
    return found[0] if found else None
