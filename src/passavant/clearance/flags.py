"""Reasons as bits: cheap to raise on millions of rows, turned into lists once per distinct combination.

Every reason of a run has a bit in a few int64 words (`reason_mask_0`, `reason_mask_1`, …). Outcomes, certainty and release category
are read off the bits; the list of codes is built for the distinct combinations only and joined back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

import ibis

from passavant.dataset.reasons import OUTCOMES, Reason
from passavant.engines.text import concat
from passavant.errors import BadInput

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["ReasonBook"]

#: Bits used of each int64 word: the sign stays free.
_BITS = 62
_REASON = "struct<code: string, item_no: int32, params: string>"
#: Prefixes of the columns that only serve to join the words back.
_PARAM, _WORD = "param_", "word_"


class ReasonBook:
    """The reasons a run can give, each with its bit.

    Args:
        reasons: Every reason by code; the order fixes the bits and the order in which reasons are listed.
        consignment_level: Codes that speak of the whole consignment, listed once with no item number.
    """

    def __init__(self, reasons: Mapping[str, Reason], consignment_level: Iterable[str]) -> None:
        self.reasons = dict(reasons)
        self.consignment_level = frozenset(consignment_level)
        self._bit = {code: index for index, code in enumerate(self.reasons)}
        self._params: dict[str, dict[str, str]] = {}

    @classmethod
    def of_codes(cls, codes: Sequence[str]) -> ReasonBook:
        """Return a book that knows the bits alone: to read the masks of a run whose reasons are not at hand."""
        return cls(dict.fromkeys(codes), ())  # type: ignore[arg-type]  # no reason is asked for what it does

    @property
    def words(self) -> list[str]:
        """Names of the mask columns."""
        return [f"reason_mask_{index}" for index in range(-(-max(1, len(self._bit)) // _BITS))]

    def start(self, table: ir.Table) -> ir.Table:
        """Add the mask columns, no bit set."""
        return table.mutate(**{word: ibis.literal(0, type="int64") for word in self.words})

    def mark(self, table: ir.Table, found: Mapping[str, Any]) -> ir.Table:
        """Set the bit of each reason whose condition is true."""
        additions: dict[str, list[Any]] = {}
        for code, condition in found.items():
            word, value = self._place(code)
            additions.setdefault(word, []).append(ibis.ifelse(condition, ibis.literal(value, type="int64"), 0))
        return table.mutate(**{word: reduce(or_, terms, table[word]) for word, terms in additions.items()})

    def has(self, table: ir.Table, codes: Iterable[str]) -> ir.BooleanValue:
        """Return whether any of the codes is set."""
        by_word: dict[str, int] = {}
        for code in codes:
            word, value = self._place(code)
            by_word[word] = by_word.get(word, 0) | value
        tests = [(table[word] & ibis.literal(value, type="int64")) != 0 for word, value in by_word.items()]
        return reduce(or_, tests) if tests else ibis.literal(False)

    def having(self, table: ir.Table, test: Callable[[Reason], bool]) -> ir.BooleanValue:
        """Return whether any reason that passes a test is set."""
        return self.has(table, [code for code, reason in self.reasons.items() if test(reason)])

    def outcome_level(self, table: ir.Table) -> ir.IntegerValue:
        """Return the highest minimum outcome of the reasons set, as a position in OUTCOMES."""
        branches = []
        for level in range(len(OUTCOMES) - 1, 0, -1):
            codes = [code for code, reason in self.reasons.items() if reason.outcome == OUTCOMES[level]]
            if codes:
                branches.append((self.has(table, codes), level))
        return ibis.cases(*branches, else_=0) if branches else ibis.literal(0)

    def certainty_level(self, table: ir.Table) -> ir.IntegerValue:
        """Return 0 (high), 1 (medium) or 2 (low): the answer is as certain as its least certain part."""
        low = self.having(table, lambda reason: reason.certainty == "low")
        medium = self.having(table, lambda reason: reason.certainty == "medium")
        return ibis.cases((low, 2), (medium, 1), else_=0)

    def with_params(self, code: str, columns: Mapping[str, str]) -> None:
        """Store these columns of the row in the reason's params: ``{param: column}``."""
        self._params[code] = dict(columns)

    @property
    def params(self) -> dict[str, dict[str, str]]:
        """Columns that reasons show, by code: ``{param: column}``, in the order in which a leaf states them."""
        return {code: dict(columns) for code, columns in self._params.items()}

    def in_words(self, table: ir.Table) -> ir.Table:
        """Return the reasons in words, one row per distinct combination of a table's masks, item number and params.

        Columns: ``item_reasons``, ``whole_reasons`` (those of the consignment) and ``all_reasons``, lists of {code, item_no,
        params}; ``reason_text``, the same as a leaf states it: the mask words, then the params; and those of the combination.
        """
        distinct = self._combinations(table).select(*self._combination).distinct()
        texts = {
            code: _json({name: distinct[_PARAM + column] for name, column in columns.items()})
            for code, columns in self._params.items()
        }
        number, nowhere = distinct.item_no.cast("int32"), ibis.null("int32")
        item, whole = (
            self._structs(distinct, flag, place, texts) for flag, place in ((False, number), (True, nowhere))
        )
        leaf = [distinct[word].cast("string") for word in self.words]
        leaf += [concat([*(ibis.ifelse(self.has(distinct, [code]), text, "") for code, text in texts.items()), ""])]
        found = distinct.mutate(item_reasons=item, whole_reasons=whole, reason_text=concat(leaf, "."))
        found = found.mutate(all_reasons=found.whole_reasons.concat(found.item_reasons))
        return found.rename({_WORD + name: name for name in self._combination})

    def worded(self, table: ir.Table, words: ir.Table) -> ir.Table:
        """Join the reasons in words (``in_words`` of this table or of one that holds its rows) to each row."""
        table = self._combinations(table)
        joined = table.join(words, [table[name].identical_to(words[_WORD + name]) for name in self._combination])
        return joined.drop(*self._param_columns.values(), *(_WORD + name for name in self._combination))

    def of_the_whole(self, items: ir.Table) -> dict[str, Any]:
        """Return, as aggregates over the items of a consignment, the masks of the consignment's own reasons.

        With them come the params: given an item number, ``in_words`` and ``worded`` apply to the groups.
        """
        whole = dict.fromkeys(self.words, 0)
        for code in self.consignment_level & self._bit.keys():
            word, value = self._place(code)
            whole[word] |= value
        masks = {word: (items[word] & ibis.literal(bits, type="int64")).bit_or() for word, bits in whole.items()}
        params = {column: items[column].max() for column in self._param_columns}
        return {**masks, **params}

    @property
    def _param_columns(self) -> dict[str, str]:
        """Columns that params show, each with its name in the combination."""
        return {column: _PARAM + column for columns in self._params.values() for column in columns.values()}

    @property
    def _combination(self) -> list[str]:
        return [*self.words, "item_no", *self._param_columns.values()]

    def _combinations(self, table: ir.Table) -> ir.Table:
        """Add the columns that params show, null where no reason shows them: else every row would be a combination."""
        shown = self.has(table, self._params)
        return table.mutate(**{
            name: ibis.ifelse(shown, table[column], ibis.null(table[column].type()))
            for column, name in self._param_columns.items()
        })  # fmt: skip

    def codes(self, masks: Sequence[int]) -> list[str]:
        """Return the codes set in the words of one row."""
        return [code for code, index in self._bit.items() if masks[index // _BITS] >> (index % _BITS) & 1]

    @property
    def digest(self) -> str:
        """SHA-256 over all that decides: the codes in the order of their bits, and what each does to an answer."""
        lines = [self._effect(code, reason) for code, reason in self.reasons.items()]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def _effect(self, code: str, reason: Reason) -> str:
        level = "consignment" if code in self.consignment_level else "item"
        marks = (f"full_declaration={reason.full_declaration}", f"audit={reason.audit}")
        return " ".join((code, reason.outcome, reason.certainty, level, *marks, *self._params.get(code, {})))

    def _structs(self, table: ir.Table, whole: bool, item_no: Any, texts: Mapping[str, Any]) -> Any:
        cells = [
            ibis.ifelse(
                self.has(table, [code]),
                ibis.struct({"code": ibis.literal(code), "item_no": item_no, "params": texts.get(code, "{}")}),
                ibis.null(_REASON),
            )
            for code in self.reasons
            if (code in self.consignment_level) == whole
        ]
        if not cells:
            return ibis.literal([], type=f"array<{_REASON}>")
        return ibis.array(cells).filter(lambda reason: reason.notnull())

    def _place(self, code: str) -> tuple[str, int]:
        if code not in self._bit:
            raise BadInput(
                "clearance.reason.unknown",
                got=(f"the reason {code}", f"le motif {code}"),
                expected=(
                    "a reason of reasons.yaml or of the policy",
                    "un motif de reasons.yaml ou de la réglementation",
                ),
                next_step=("Add it with its texts and reference.", "Ajoutez-le avec ses textes et sa référence."),
            )
        index = self._bit[code]
        return f"reason_mask_{index // _BITS}", 1 << (index % _BITS)


def _json(members: Mapping[str, Any]) -> Any:
    """Return a JSON object of texts; the values are numbers or codes, which need no escaping."""
    cells: list[Any] = []
    for name, value in members.items():
        cells += [f'{"," if cells else "{"}"{name}":"', value.cast("string").fill_null(""), '"']
    return concat([*cells, "}"])
