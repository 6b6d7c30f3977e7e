"""Charts of what is due: by tax, by country, and who owes most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from passavant.clearance.report_charts import COLOURS, STATE_COLOURS, Bar, Label, bars
from passavant.clearance.report_data import TOP, Payer
from passavant.clearance.report_html import Html, element, table
from passavant.clearance.report_view import View
from passavant.clearance.report_words import TAXES
from passavant.dataset.codes import country_name

__all__ = ["by_country", "declarants", "taxes", "vendors"]

_DUE, _HELD = STATE_COLOURS


def taxes(view: View) -> Html:
    """Show what is due by tax, and how much of it waits for release."""
    title = view.t(f"Amounts by tax, {view.currency}", f"Montants par taxe, {view.currency}")
    about = view.t(
        "Amounts of released consignments are due; those of held consignments fall due on release.",
        "Les montants des envois dont la mainlevée est accordée sont exigibles ; ceux des envois retenus le deviennent à la mainlevée.",
    )
    label = view.label("taxes", title, about)
    rows = [
        (
            words.say(view.language),
            view.figures.amount(name, lambda group: group.outcome == "release"),
            view.figures.amount(name, lambda group: group.outcome != "release"),
        )
        for name, words in TAXES.items()
    ]  # fmt: skip
    unknown = view.figures.unknown
    note = view.t(
        f"Not in these sums: the goods items, in {view.n(unknown)} consignments, with an amount that could not be worked out.",
        f"Hors de ces sommes : les articles, dans {view.n(unknown)} envois, dont un montant n'a pu être calculé.",
    )
    notes = element("p", note, class_="about") if unknown else Html()
    return _due_and_held(view, label, view.t("Tax", "Taxe"), rows, notes)


def by_country(view: View) -> Html:
    """Show what is due by country of the importer or, where that is one country only, by country of origin."""
    by_importer = _importers(view)
    importers = len(by_importer) > 1
    amounts = by_importer if importers else view.figures.origins
    what = (
        view.t("country of the importer", "pays de l'importateur")
        if importers
        else view.t("country of origin", "pays d'origine")
    )
    label = view.label("countries", view.t(f"Amounts by {what}, {view.currency}", f"Montants par {what}, {view.currency}"), view.t(
        f"The {TOP} countries with most due, all taxes together.", f"Les {TOP} pays aux montants les plus élevés, toutes taxes réunies."))  # fmt: skip
    rows = _countries(view, amounts)
    shown = [Bar(name, view.money(sum(parts)), parts) for name, parts in rows]
    headings = [
        view.t("Country", "Pays"),
        *(words.say(view.language) for words in TAXES.values()),
        view.t("Total", "Total"),
    ]
    cells = [[name, *(view.money(part) for part in parts), view.money(sum(parts))] for name, parts in rows]
    numbers = table(label.title, headings, cells, numeric=range(1, len(headings)))
    legend = [(words.say(view.language), colour) for words, colour in zip(TAXES.values(), COLOURS, strict=True)]
    return view.exhibit(label, bars(shown, label) if shown else "", numbers, legend=legend if shown else ())


def declarants(view: View) -> Html:
    """Show the declarants who owe most at the border."""
    title = view.t(
        f"Declarants by amounts at the border, {view.currency}",
        f"Déclarants par montants à la frontière, {view.currency}",
    )
    about = view.t(
        f"Duty, fees and VAT at the border; the {TOP} who owe most.",
        f"Droits, redevances et TVA à la frontière ; les {TOP} premiers redevables.",
    )
    heading = view.t("Declarant", "Déclarant")
    return _payers(view, "declarants", title, about, heading, view.figures.declarants)


def vendors(view: View) -> Html:
    """Show the marketplaces and scheme holders that collected most VAT."""
    title = view.t(
        f"Marketplaces by VAT collected, {view.currency}", f"Places de marché par TVA perçue, {view.currency}"
    )
    about = view.t(
        f"VAT collected by the vendor under a scheme (IOSS, VOEC and the like); the {TOP} that owe most, else the scheme number.",
        f"TVA perçue par le vendeur sous un régime (IOSS, VOEC et similaires) ; les {TOP} premières, à défaut le numéro de régime.",
    )
    heading = view.t("Marketplace", "Place de marché")
    return _payers(view, "vendors", title, about, heading, view.figures.vendors)


def _importers(view: View) -> dict[str | None, dict[str, int]]:
    countries = {group.country for group in view.figures.groups}
    return {
        country: {name: view.figures.amount(name, lambda group, c=country: group.country == c) for name in TAXES} for country in countries
    }  # fmt: skip


def _countries(view: View, amounts: Mapping[str | None, Mapping[str, int]]) -> list[tuple[str, tuple[int, ...]]]:
    """Return the countries with most due, and the rest in one, each with its amounts by tax."""
    parts = {country: tuple(found[name] for name in TAXES) for country, found in amounts.items()}
    ranked = sorted(
        (country for country in parts if any(parts[country])), key=lambda country: (-sum(parts[country]), country or "")
    )
    rows = [(_country(view, country), parts[country]) for country in ranked[:TOP]]
    if ranked[TOP:]:
        rest = tuple(sum(part) for part in zip(*(parts[country] for country in ranked[TOP:]), strict=True))
        rows.append((view.t("All others", "Tous les autres"), rest))
    return rows


def _country(view: View, code: str | None) -> str:
    return f"{country_name(code, view.language)} ({code})" if code else view.t("not a known country", "pays inconnu")


def _payers(view: View, key: str, title: str, about: str, heading: str, payers: Sequence[Payer]) -> Html:
    nobody, others = view.t("not declared", "non déclaré"), view.t("All others", "Tous les autres")
    rows = [(others if payer.others else payer.name or nobody, payer.due, payer.held) for payer in payers]
    return _due_and_held(view, view.label(key, title, about), heading, rows, Html())


def _due_and_held(view: View, label: Label, heading: str, rows: Sequence[tuple[str, int, int]], notes: str) -> Html:
    due, held = view.t("Due", "Exigible"), view.t("Held", "En suspens")
    shown = [Bar(name, view.money(first + second), (first, second)) for name, first, second in rows]
    cells = [[name, view.money(first), view.money(second), view.money(first + second)] for name, first, second in rows]
    numbers = table(label.title, [heading, due, held, view.t("Total", "Total")], cells, numeric=(1, 2, 3))
    some = bool(rows) and view.figures.consignments > 0
    svg = bars(shown, label, colours=STATE_COLOURS, lines=1) if some else ""
    return view.exhibit(label, svg, numbers, legend=[(due, _DUE), (held, _HELD)] if some else (), notes=notes)
