"""An explanation in words, for a terminal and for the report: the answer, what is due, every reason with its law."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from passavant.clearance.words import AMOUNTS, CATEGORIES, CERTAINTY, LANES, OUTCOME, RISKS, audience
from passavant.dataset.reasons import Reason
from passavant.errors import Place
from passavant.money.display import show_amount, show_declared
from passavant.texts import Text, colon, day, exact, number, pick, visible

if TYPE_CHECKING:
    from passavant.clearance.explain import Explanation

__all__ = ["in_words"]

_PPM_PER_PERCENT = 10_000


def in_words(explanation: Explanation, language: str | None = None) -> str:
    """Return the explanation as lines of text."""
    return "\n".join(_Words(explanation, language).lines())


_KEPT_BACK = Text(
    "Customs does not state what this rests on; it will ask for what it needs.",
    "La douane ne communique pas ce qui fonde cette suite ; elle demandera ce dont elle a besoin.",
)


class _Words:
    """One explanation in one language."""

    def __init__(self, explanation: Explanation, language: str | None) -> None:
        self._it, self._language = explanation, language

    def lines(self) -> list[str]:
        decision = self._it.decision
        parts = (
            [self._rejected_head()] if decision is None else [self._head(decision), self._since(), self._due(decision)]
        )
        parts += [self._reasons()] if decision is not None else []
        parts += [self._rejected()] if self._it.found.rejected else []
        notes = [f"{self._t('Note', 'Note')}{self._colon}{note.say(self._language)}" for note in self._it.law.doubts]
        parts += [notes] if notes else []
        return [line for part in parts if part for line in ("", *part)][1:]

    def _t(self, en: str, fr: str) -> str:
        return pick(en, fr, self._language)

    @property
    def _colon(self) -> str:
        return colon(self._language)

    @property
    def _officer(self) -> bool:
        return self._it.audience == "officer"

    def _head(self, row: Mapping[str, Any]) -> list[str]:
        outcome = OUTCOME[row["outcome"]].say(self._language)
        lane = f" – {self._t('lane', 'circuit')} {LANES[row['lane']].say(self._language)}"
        category = f"{row['category']} – {CATEGORIES[row['category']].say(self._language)}"
        pairs = [
            (self._t("Consignment", "Envoi"), visible(f"{row['consignment_id']} (version {row['version']})")),
            (self._t("Outcome", "Suite donnée"), outcome + (lane if self._officer else "")),
            (self._t("Release category", "Catégorie de mainlevée"), category),
            (self._t("Law of", "Droit applicable au"), day(row["law_on"], self._language)),
            (self._t("Certainty", "Certitude"), CERTAINTY[row["certainty"]].say(self._language)),
            *self._compared(row),
            (self._t("Decision", "Décision"), row["decision_id"]),
        ]
        return [f"{label}{self._colon}{value}" for label, value in pairs]

    def _since(self) -> list[str]:
        return [f"{self._t('Since then', 'Depuis')}{self._colon}{one.say(self._language)}" for one in self._it.since]

    def _compared(self, row: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Say what the policy's thresholds were compared with."""
        currency, value = self._it.law.threshold_currency, row["threshold_value_minor"]
        if currency is None or value is None:
            return []
        goods = self._t("intrinsic value of the consignment", "valeur intrinsèque de l'envoi")
        shown = f"{show_amount(value, currency, self._language)} ({goods})"
        return [(self._t("Compared with the thresholds", "Comparé aux seuils"), shown)]

    def _due(self, decision: Mapping[str, Any]) -> list[str]:
        currency, items = decision["currency_due"], self._it.found.items
        lines = [self._t("What is due", "Ce qui est dû")]
        for item in items:
            value = show_declared(item["intrinsic_value"], item["currency"], self._language)
            what = f"{item['item_no']}  {item['description'] or ''}  {self._t('HS', 'SH')} {item['hs_code'] or '—'}  {value}"
            lines.append(visible(f"  {self._t('item', 'article')} {what}"))
            lines += [
                self._amount(name, item, currency) + self._rate(item, name, currency)
                for name in AMOUNTS
                if item[name] != 0
                or name == "customs_value_minor"
                or (name == "duty_minor" and item["duty_rate_ppm"] == 0)
            ]
        if len(items) > 1:
            lines.append(f"  {self._t('consignment', 'envoi')}")
            lines += [self._amount(name, decision, currency) for name in AMOUNTS]
        return lines

    def _amount(self, name: str, row: Mapping[str, Any], currency: str) -> str:
        return f"    {AMOUNTS[name].say(self._language):<28} {show_amount(row[name], currency, self._language):>18}"

    def _rate(self, item: Mapping[str, Any], name: str, due: str) -> str:
        column = {"duty_minor": "duty_rate_ppm"}.get(name, "vat_rate_ppm" if "vat" in name else None)
        ppm = item[column] if column else None
        if name == "customs_value_minor" and item["fx_rate"] is not None and item["currency"] != due:
            rate, on = exact(item["fx_rate"], self._language), day(item["fx_date"], self._language)
            return visible(f"  (1 {item['currency']} = {rate} {due}, {on})")
        return f"  ({number(ppm / _PPM_PER_PERCENT, self._language, 2)} %)" if ppm is not None else ""

    def _reasons(self) -> list[str]:
        lines = [line for entry, reason in self._it.reasons for line in self._reason(entry, reason)]
        if not lines:
            lines = [f"  {self._t('None is communicated.', 'Aucun motif n’est communiqué.')}"]
        if self._it.audience == "declarant" and self._it.kept_back:
            lines.append(f"  • {_KEPT_BACK.say(self._language)}")
        about = self._t(" (those not told to the declarant are marked)", " (les motifs non communiqués au déclarant sont signalés)")  # fmt: skip
        return [self._t("Reasons", "Motifs") + (about if self._officer else ""), *lines]

    def _reason(self, entry: Mapping[str, Any], reason: Reason | None) -> list[str]:
        several = entry["item_no"] is not None and len(self._it.found.items) > 1
        where = f" [{self._t('item', 'article')} {entry['item_no']}]" if several else ""
        lead = (
            f"→ {OUTCOME[reason.outcome].say(self._language)}{self._colon}"
            if reason and reason.outcome != "release"
            else ""
        )
        lines = [f"  • {lead}{visible(self._it.say(entry, reason, self._language))}{where}"]
        if reason:
            lines.append(f"      {' – '.join(self._about(reason))}  ({entry['code']})")
        return lines

    def _about(self, reason: Reason) -> list[str]:
        parts = [reason.cited.say(self._language)]
        if reason.certainty != "high":
            parts.append(f"{self._t('certainty', 'certitude')} {CERTAINTY[reason.certainty].say(self._language)}")
        if reason.risk and self._officer:
            parts.append(RISKS[reason.risk].say(self._language))
        return parts if reason.declarant else [*parts, audience(reason.declarant).say(self._language)]

    def _rejected_head(self) -> list[str]:
        count = len(self._it.found.rejected)
        answer = self._t(
            f"not decided: no row could be read ({count} rejected); not released before correction",
            f"non décidé : aucune ligne lisible ({count} rejetée{'s' if count > 1 else ''}) ; "
            "pas de mainlevée avant correction",
        )
        pairs = [(self._t("Consignment", "Envoi"), visible(self._it.found.consignment_id)), (self._t("Outcome", "Suite donnée"), answer)]  # fmt: skip
        return [f"{label}{self._colon}{value}" for label, value in pairs]

    def _rejected(self) -> list[str]:
        lines = [self._t("Rejected rows", "Lignes rejetées")]
        for row in self._it.found.rejected:
            for error in row["errors"]:
                lines += self._error(row, error)
        return lines

    def _quoted(self, value: str) -> str:
        return self._t(f"“{value}”", f"« {value} »")

    def _error(self, row: Mapping[str, Any], error: Mapping[str, Any]) -> list[str]:
        parts = [Place(file=row["source_file"], row=row["source_row"]).describe(self._t("en", "fr"))]
        parts += [f"{self._t('field', 'champ')} {error['field']}"] if error["field"] else []
        parts += [f"{self._t('value', 'valeur')} {self._quoted(error['value'])}"] if error["value"] is not None else []
        labels = (self._t("Expected", "Attendu"), self._t("Remedy", "Remède"))
        texts = (self._t(error["expected_en"], error["expected_fr"]), self._t(error["remedy_en"], error["remedy_fr"]))
        told = [f"      {label}{self._colon}{visible(text)}" for label, text in zip(labels, texts, strict=True)]
        return [f"  • {visible(', '.join(parts))}  ({error['code']})", *told]
