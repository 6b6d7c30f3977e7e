"""One decision explained: what was declared, what is due, every reason and the law behind each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from passavant.clearance.lookup import UNKNOWN, Found, find_consignment
from passavant.clearance.reason_words import reason_text
from passavant.clearance.rules import RuleSet
from passavant.clearance.run_law import RunLaw, law_of
from passavant.clearance.since import since
from passavant.dataset.reasons import OUTCOMES, Reason
from passavant.engines import Engine, open_duckdb
from passavant.errors import NotFound
from passavant.lake import is_lake, read_manifest, run_folders
from passavant.texts import Text

__all__ = ["Audience", "Explanation", "explain"]

#: For whom an explanation is made: a declarant is not told everything.
Audience = Literal["officer", "declarant"]

#: What nobody sees before the result of an inspection is known, and columns of use to no reader.
_HIDDEN = frozenset({"stratum", "propensity_ppm", "consignment_no", "first_item", "counts"})
#: What a declarant sees of a decision and its items: their own declaration, the answer, and what is due.
_TOLD = frozenset({
    "decision_id", "consignment_id", "administration", "declarant_id", "declaration_id", "version", "supersedes", "law_on",
    "lodged_at", "channel", "marketplace_id", "seller_id", "scheme", "scheme_id", "procedure", "nature", "importer_country",
    "items", "customs_value_minor", "duty_minor", "vat_minor", "fees_minor", "vendor_vat_minor", "currency_due", "category",
    "outcome", "certainty", "reasons", "schema_version", "decided_at", "item_no", "source_file", "source_row", "s10",
    "house_waybill", "order_id", "departure_country", "origin", "hs_code", "description", "quantity", "unit",
    "gross_mass_kg", "net_mass_kg", "currency", "intrinsic_value", "transport_cost", "insurance_cost", "fx_rate", "fx_date",
    "duty_rate_ppm", "vat_rate_ppm", "duty_rule", "vat_rule", "threshold_value_minor",
})  # fmt: skip


@dataclass(frozen=True)
class Explanation:
    """A consignment of a run with everything needed to explain it.

    Attributes:
        found: Its decision and items, and the rows of it that were rejected.
        law: The policy and the reasons of the run.
        audience: For whom: a declarant sees neither the lane nor the reasons that are not told to declarants.
        since: What happened to the consignment since the decision.
    """

    found: Found
    law: RunLaw
    audience: Audience = "officer"
    since: tuple[Text, ...] = ()

    @property
    def decision(self) -> Mapping[str, Any] | None:
        """The row of ``decisions``; None when every row of the consignment was rejected."""
        return self.found.decision

    @cached_property
    def reasons(self) -> list[tuple[Mapping[str, Any], Reason | None]]:
        """Reasons for this audience with their meaning (None: no file holds it), the weightiest first."""
        entries = self.decision["reasons"] if self.decision else []
        pairs = [(entry, self.law.reasons.get(entry["code"])) for entry in entries]
        if self.audience == "declarant":
            pairs = [(entry, reason) for entry, reason in pairs if reason is not None and reason.declarant]
        return sorted(pairs, key=lambda pair: -OUTCOMES.index(pair[1].outcome) if pair[1] else 0)

    @property
    def kept_back(self) -> bool:
        """Whether this audience is not told what the outcome rests on."""
        told = max((OUTCOMES.index(reason.outcome) for _, reason in self.reasons if reason), default=0)
        return bool(self.decision and OUTCOMES.index(self.decision["outcome"]) > told)

    def say(self, entry: Mapping[str, Any], reason: Reason | None, language: str | None = None) -> str:
        """Return one reason in words; its code when it has none."""
        if reason is None:
            return str(entry["code"])
        items = self.found.items
        item = next((row for row in items if row["item_no"] == entry["item_no"]), items[0])
        return reason_text(reason, entry, item, self.law, language)

    def as_dict(self) -> dict[str, Any]:
        """Return everything for machines, each reason with its texts, its reference, its risk and who may see it."""
        decision = None
        if self.decision is not None:
            decision = self._shown(self.decision) | {"reasons": [self._reason(*pair) for pair in self.reasons]}
        return {
            "consignment_id": self.found.consignment_id,
            "audience": self.audience,
            "decision": decision,
            "items": [self._shown(item) for item in self.found.items],
            "rejected": [dict(row) for row in self.found.rejected],
            "since": [note._asdict() for note in self.since],
            "notes": [note._asdict() for note in self.law.doubts],
        }

    def text(self, language: str | None = None) -> str:
        """Return the explanation in words."""
        from passavant.clearance.explain_text import in_words

        return in_words(self, language)

    def _reason(self, entry: Mapping[str, Any], reason: Reason | None) -> dict[str, Any]:
        meaning = (
            reason.model_dump(include={"reference", "reference_fr", "outcome", "certainty", "declarant", "risk"})
            if reason
            else {}
        )
        texts = {language: self.say(entry, reason, language) for language in ("en", "fr")}
        return dict(entry) | {"text": texts, "reference": None, "declarant": None, "risk": None} | meaning

    def _shown(self, row: Mapping[str, Any]) -> dict[str, Any]:
        seen = {
            name: value for name, value in row.items() if name not in _HIDDEN and not name.startswith("reason_mask_")
        }
        return seen if self.audience == "officer" else {name: seen[name] for name in seen if name in _TOLD}


def explain(
    out: Path,
    consignment: str,
    *,
    rules: RuleSet | None = None,
    audience: Audience = "officer",
    engine: Engine | None = None,
) -> Explanation:
    """Explain one consignment of a run: its decision, or why its rows were rejected.

    Args:
        out: A folder written by ``clear``, or a lake: then the newest run that holds the consignment is read.
        consignment: Consignment id; or a declaration id, S10 number, waybill or order number that occurs once. ``@2`` behind
            it asks for version 2 (default: the latest).
        rules: The analyst rules of the run, when its folder does not hold them and they were not the starter set.
        audience: For whom; a declarant is not told everything.
        engine: Session to use.

    Raises:
        BadInput: the folder holds no finished run.
        NotFound: no such consignment; near ones are named.
    """
    engine, runs = engine or open_duckdb(), run_folders(out)[::-1] if is_lake(out) else [out]
    for run in runs:
        manifest = read_manifest(run)
        try:
            found = find_consignment(engine, run, manifest["policy"]["id"], consignment)
        except NotFound as error:
            if run == runs[-1] or error.code != UNKNOWN:
                raise
        else:
            told = since(runs, found.decision) if is_lake(out) and found.decision else ()
            return Explanation(found, law_of(run, manifest, rules=rules), audience, tuple(told))
    raise AssertionError
