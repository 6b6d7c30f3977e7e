"""The ground truth: one row per goods item, with what was put into it."""

from __future__ import annotations

from collections import Counter
from datetime import date

import numpy as np
import pyarrow as pa

from passavant.dataset.readers.folder import BESIDE_MARK
from passavant.synthetic.chance import Ints
from passavant.synthetic.draft import KINDS, Draft
from passavant.synthetic.text import digits, fixed, repeated
from passavant.synthetic.world import World

__all__ = ["TRUTH", "count_kinds", "truth"]

#: The columns of the truth; ``true_value`` is in the currency that the row declares. Its mark keeps it out of intake.
TRUTH = pa.schema(
    [
        pa.field("declarant_id", pa.string()),
        pa.field("declaration_id", pa.string()),
        pa.field("version", pa.int32()),
        pa.field("item_no", pa.int32()),
        pa.field("true_value", pa.decimal128(18, 4)),
        pa.field("true_hs_code", pa.string()),
        pa.field("split_group", pa.string()),
        pa.field("kinds", pa.list_(pa.string())),
    ],
    metadata={BESIDE_MARK: b"truth"},
)


def truth(world: World, day: date, draft: Draft, parcels: pa.Table) -> pa.Table:
    """Return the truth of a draft beside its declared rows, in the same order."""
    codes = pa.array([world.catalogue.codes[code] for code in world.catalogue.code])
    columns = [
        parcels["declarant_id"].cast(pa.string()),
        parcels["declaration_id"],
        pa.array(np.ones(len(draft.parcel), dtype=np.int32)),
        pa.array(draft.item_no.astype(np.int32)),
        _value(world, draft),
        codes.take(pa.array(draft.good)),
        _group(day, draft),
        _kinds(draft.kinds),
    ]
    return pa.table(columns, schema=TRUTH)


def count_kinds(draft: Draft) -> Counter[str]:
    """Count the rows that carry each kind of fault."""
    return Counter({kind: int((draft.kinds >> bit & 1).sum()) for bit, kind in enumerate(KINDS)})


def _value(world: World, draft: Draft) -> pa.Decimal128Array:
    decimals = world.decimals[draft.currency[draft.parcel]]
    wide = np.zeros((len(draft.worth), 2), dtype=np.int64)
    wide[:, 0] = draft.worth * 10 ** (4 - decimals)
    return pa.Decimal128Array.from_buffers(pa.decimal128(18, 4), len(wide), [None, pa.py_buffer(wide)])


def _group(day: date, draft: Draft) -> pa.StringArray:
    split = draft.split[draft.parcel]
    head = repeated(f"SPLIT-{day:%Y%m%d}-", len(split))
    return fixed(head, digits(np.maximum(split, 0), 9), valid=split >= 0)


def _kinds(kinds: Ints) -> pa.ListArray:
    bits = (kinds[:, None] >> np.arange(len(KINDS))) & 1
    names = pa.array(KINDS).take(pa.array(np.nonzero(bits)[1]))
    offsets = np.concatenate([[0], np.cumsum(bits.sum(axis=1))]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), names)
