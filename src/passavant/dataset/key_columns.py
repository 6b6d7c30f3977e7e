"""Keys for whole columns: the answers of :mod:`passavant.dataset.keys`, computed over the distinct values of a batch.

ASCII and the letters of the Latin alphabets are normalised with a few passes over the column's bytes; a row with any
other character goes through :func:`passavant.dataset.keys.normalise`. Nothing here runs inside the engine, so that every
engine sees the same keys.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from passavant.dataset.keys import ASCII_TABLE, FORM_TABLE, Hasher, id_form, normalise
from passavant.dataset.text_columns import Bytes, Ints, text_array, text_parts

__all__ = ["KeyColumns", "Party", "normalise_column"]

_CACHE_LIMIT = 200_000
_LOOKED_AT = 1_000
_DROP = 0  # marks bytes to remove; a NUL in the text has become a space before


@dataclass(frozen=True)
class Party:
    """One party per row: its key (null when nothing was declared) and whether a stop word stands for it."""

    key: pa.Array
    stop: pa.Array


class KeyColumns:
    """Keys, forms and draws of one run: a secret, the stop words, and a bounded memory of keys already computed."""

    def __init__(self, secret: bytes, stop_words: frozenset[str]) -> None:
        self._hasher = Hasher(secret)
        self._stops = pa.array(sorted(stop_words), pa.string())
        self._known: dict[bytes, int] = {}

    def party(self, name: pa.Array, address: pa.Array, country: pa.Array, *, repeated: bool) -> Party:
        """Return the keys of a column of parties; ``repeated``: few parties, worth remembering between batches."""
        if not repeated:
            return self._party(name, address, country, repeated=False)
        rows, back = _distinct_rows(name, address, country)
        party = self._party(*(column.take(rows) for column in (name, address, country)), repeated=True)
        return Party(party.key.take(back), party.stop.take(back))

    def _party(self, name: pa.Array, address: pa.Array, country: pa.Array, *, repeated: bool) -> Party:
        named, placed = normalise_column(name), normalise_column(address)
        texts = pc.binary_join_element_wise(
            *(pc.fill_null(part, "") for part in (named, placed, pc.utf8_upper(country))), "|"
        )
        empty = pc.and_(_blank(named), _blank(placed))
        keys = self._keys(pc.if_else(empty, pa.scalar(None, pa.string()), texts), repeated=repeated)
        return Party(keys, self._stop(name, named, address, placed))

    def identity(self, ids: pa.Array, *, repeated: bool) -> pa.Array:
        """Return the keys of a column of identifiers."""
        bare = pc.replace_substring(normalise_column(ids), " ", "")
        texts = pc.binary_join_element_wise(pa.scalar("id"), bare, "|")
        return self._keys(pc.if_else(_blank(bare), pa.scalar(None, pa.string()), texts), repeated=repeated)

    def forms(self, ids: pa.Array) -> pa.Array:
        """Return the shape of each identifier: letters become A, digits 9; null where there is none."""
        offsets, data = text_parts(ids)
        text = data.tobytes()
        if text.isascii():
            return text_array(offsets, text.translate(FORM_TABLE), ids)
        encoded = ids.dictionary_encode()
        shapes = pa.array([id_form(one) for one in encoded.dictionary.to_pylist()], pa.string())
        return shapes.take(encoded.indices)

    def draws(self, consignments: pa.Array) -> Ints:
        """Return the random draw of each consignment, 0 to 2**63 - 1: fixed by the secret, never by the version."""
        texts = pc.binary_join_element_wise(pa.scalar("stratum"), consignments, "|")
        drawn = self._keys(texts, repeated=False).to_numpy().view(np.uint64) >> np.uint64(1)
        result: Ints = drawn.astype(np.int64)
        return result

    def _keys(self, texts: pa.Array, *, repeated: bool) -> pa.Array:
        if not repeated and _mostly_distinct(texts):
            return _where_valid(self._hasher.many(texts.cast(pa.binary()).drop_null().to_pylist()), texts)
        encoded = texts.dictionary_encode()
        distinct = encoded.dictionary.cast(pa.binary()).to_pylist()
        keys = self._remembered(distinct) if repeated else self._hasher.many(distinct)
        return pa.array(keys, pa.int64()).take(encoded.indices)

    def _remembered(self, texts: list[bytes]) -> Ints:
        if len(self._known) > _CACHE_LIMIT:
            self._known.clear()
        fresh = [text for text in texts if text not in self._known]
        self._known.update(zip(fresh, self._hasher.many(fresh).tolist(), strict=True))
        return np.fromiter((self._known[text] for text in texts), np.int64, len(texts))

    def _stop(self, name: pa.Array, named: pa.Array, address: pa.Array, placed: pa.Array) -> pa.Array:
        stops = pc.or_(self._stop_word(name, named), self._stop_word(address, placed))
        declared = pc.or_(pc.is_valid(name), pc.is_valid(address))
        return pc.if_else(declared, stops, pa.scalar(None, pa.bool_()))

    def _stop_word(self, text: pa.Array, normal: pa.Array) -> pa.Array:
        """Return whether a text was declared and is a stop word, or nothing but punctuation."""
        return pc.and_(pc.is_valid(text), pc.or_(_blank(normal), pc.is_in(normal, self._stops)))


def normalise_column(texts: pa.Array) -> pa.Array:
    """Return ``normalise`` of every text of a string array; null stays null."""
    offsets, data = text_parts(texts)
    mapped, odd = _plain_letters(data, offsets)
    squashed, ends = _squash(*_without_drops(mapped, offsets))
    result = text_array(ends, squashed, texts)
    return _slowly(texts, result, odd) if odd.size else result


def _mostly_distinct(texts: pa.Array) -> bool:
    """Return whether looking for repetitions would cost more than it saves, judged by the first texts."""
    head = texts.slice(0, _LOOKED_AT)
    return len(head.unique()) > 0.9 * len(head)


def _where_valid(keys: Ints, texts: pa.Array) -> pa.Array:
    """Put one key per valid text in its place, null elsewhere."""
    if not texts.null_count:
        return pa.array(keys, pa.int64())
    valid = texts.is_valid().to_numpy(zero_copy_only=False)
    spread = np.zeros(len(texts), np.int64)
    spread[valid] = keys
    return pa.array(spread, pa.int64(), mask=~valid)


def _distinct_rows(*columns: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Return the rows at which each distinct combination first stands, and for each row the place of its own there."""
    joined = pc.binary_join_element_wise(*(pc.fill_null(column, "\0") for column in columns), "\x1f")
    codes = joined.dictionary_encode().indices.to_numpy(zero_copy_only=False)
    _, rows, back = np.unique(codes, return_index=True, return_inverse=True)
    return pa.array(rows), pa.array(back)


def _plain_letters(data: Bytes, offsets: Ints) -> tuple[Bytes, Ints]:
    """Map bytes to lower-case ASCII, spaces and drops; return the rows that hold anything else."""
    mapped = np.frombuffer(bytearray(data.tobytes().translate(ASCII_TABLE)), np.uint8)
    leads = np.flatnonzero(data >= 0xC0)
    if not leads.size:
        return mapped, leads
    codes = (data[leads].astype(np.int32) & 0x1F) << 6 | (data[np.minimum(leads + 1, data.size - 1)] & 0x3F)
    pairs, plain = _latin_table()
    good = (data[leads] < 0xE0) & plain[codes]
    mapped[leads[good]], mapped[leads[good] + 1] = pairs[codes[good], 0], pairs[codes[good], 1]
    return mapped, np.unique(np.searchsorted(offsets, leads[~good], side="right") - 1)


@lru_cache(maxsize=1)
def _latin_table() -> tuple[Bytes, npt.NDArray[np.bool_]]:
    """Return, for each two-byte character, its one or two ASCII bytes, and whether it has such a form at all."""
    pairs, plain = np.full((2048, 2), _DROP, np.uint8), np.zeros(2048, np.bool_)
    for code in range(0x80, 2048):
        folded = normalise(f"a{chr(code)}a")[1:-1].encode()
        if folded.isascii() and len(folded) <= 2:
            plain[code] = True
            pairs[code, : len(folded)] = list(folded)
    return pairs, plain


def _without_drops(mapped: Bytes, offsets: Ints) -> tuple[Bytes, Ints]:
    dropped = mapped == _DROP
    return _keep(mapped, offsets, ~dropped) if dropped.any() else (mapped, offsets)


def _squash(mapped: Bytes, offsets: Ints) -> tuple[Bytes, Ints]:
    """Keep one space between words and none at either end of a text."""
    space = mapped == 32
    keep = ~space
    keep[:-1] |= ~space[1:]  # the last space of each run stays, unless it ends a text
    inner_ends = offsets[1:-1][(offsets[1:-1] > 0) & (offsets[1:-1] < mapped.size)]
    keep[inner_ends - 1] &= ~space[inner_ends - 1]
    mapped, offsets = _keep(mapped, offsets, keep)
    starts = offsets[:-1][offsets[1:] > offsets[:-1]]
    leading = starts[mapped[starts] == 32]
    if not leading.size:
        return mapped, offsets
    keep = np.ones(mapped.size, np.bool_)
    keep[leading] = False
    return _keep(mapped, offsets, keep)


def _keep(data: Bytes, offsets: Ints, keep: npt.NDArray[np.bool_]) -> tuple[Bytes, Ints]:
    if keep.all():
        return data, offsets
    before = np.zeros(data.size + 1, np.int64)
    np.cumsum(keep, out=before[1:])
    return data[keep], before[offsets]


def _slowly(texts: pa.Array, result: pa.Array, rows: Ints) -> pa.Array:
    encoded = texts.take(pa.array(rows)).dictionary_encode()
    distinct = pa.array([normalise(one) for one in encoded.dictionary.to_pylist()], pa.string())
    chosen = np.zeros(len(texts), np.bool_)
    chosen[rows] = True
    return pc.replace_with_mask(result, pa.array(chosen), distinct.take(encoded.indices))


def _blank(texts: pa.Array) -> pa.Array:
    return pc.equal(pc.fill_null(pc.binary_length(texts), 0), 0)
