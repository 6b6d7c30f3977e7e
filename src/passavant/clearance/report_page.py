"""The page of the report: its order, its headings, and the frame that all runs share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from passavant.clearance.report_amounts import by_country, declarants, taxes, vendors
from passavant.clearance.report_counts import categories, hours, outcomes
from passavant.clearance.report_headline import headline, side_by_side
from passavant.clearance.report_html import Html, element
from passavant.clearance.report_provenance import provenance
from passavant.clearance.report_quality import certainty, quality, reasons_applied, reasons_held
from passavant.clearance.report_values import values
from passavant.clearance.report_view import View

if TYPE_CHECKING:
    from passavant.clearance.explain import Explanation

__all__ = ["page"]


def page(views: Sequence[View], explanation: Explanation | None) -> str:
    """Return the whole page for one or several runs in one language."""
    first, names = views[0], _names(views)
    title = first.t("Clearance report", "Rapport de dédouanement")
    sections = [
        *(
            [_section("compare", first.t("At a glance", "En bref"), side_by_side(views, names))]
            if len(views) > 1
            else []
        ),
        *(_section(view.prefix, name, _run(view)) for view, name in zip(views, names, strict=True)),
        *([_explained(first, explanation)] if explanation else []),
        _section("provenance", first.t("Provenance", "Provenance"), _provenances(views, names)),
    ]
    links = [*([("compare", first.t("At a glance", "En bref"))] if len(views) > 1 else []),
             *((view.prefix, name) for view, name in zip(views, names, strict=True)),
             *([("explained", _explained_title(first, explanation))] if explanation else []),
             ("provenance", first.t("Provenance", "Provenance"))]  # fmt: skip
    return _frame().substitute(
        language=first.language,
        title=_text(f"{title} – {', '.join(names)}"),
        skip=_text(first.t("Skip to the figures", "Aller aux chiffres")),
        heading=_text(title),
        lead=_lead(views, names),
        contents=_text(first.t("Contents", "Sommaire")),
        links="".join(element("li", element("a", name, href=f"#{key}")) for key, name in links),
        body="".join(sections),
    )


def _names(views: Sequence[View]) -> list[str]:
    """Name each run; where a policy serves twice, add the run's id."""
    often = Counter(view.name for view in views)
    return [view.name if often[view.name] == 1 else f"{view.name}, {view.figures.manifest['run_id']}" for view in views]


def _lead(views: Sequence[View], names: Sequence[str]) -> Html:
    lines = []
    for view, name in zip(views, names, strict=True):
        count = view.n(view.figures.consignments)
        lines.append(element("p", view.t(
            f"{name}: {count} consignments decided; law of {view.days}.", f"{name} : {count} envois traités ; droit applicable : {view.days}.",
        )))  # fmt: skip
    first = views[0]
    if any(view.figures.manifest.get("simulated") for view in views):
        lines.append(element("p", first.t("Simulated data.", "Données simulées."), class_="simulated"))
    lines.append(element("p", first.t(
        "For official use: it names risk criteria that are not told to declarants.",
        "À usage interne : il cite des critères de risque non communiqués aux déclarants."), class_="about"))  # fmt: skip
    return Html("".join(lines))


def _run(view: View) -> Html:
    notices = [
        element("p", notice["fr" if view.language == "fr" else "en"], class_="notice")
        for notice in view.figures.manifest.get("notices", [])
    ]
    notices += [element("p", doubt.say(view.language), class_="notice") for doubt in view.law.doubts]
    parts = [
        *notices,
        headline(view),
        element("h3", view.t("Decisions", "Décisions")),
        element("div", [categories(view), outcomes(view), values(view), hours(view)], class_="charts"),
        element("h3", view.t("Amounts", "Montants")),
        element("div", [taxes(view), by_country(view), declarants(view), vendors(view)], class_="charts"),
        element("h3", view.t("Reasons", "Motifs")),
        element("div", [reasons_held(view), reasons_applied(view)], class_="charts"),
        element("h3", view.t("Data quality", "Qualité des données")),
        quality(view),
        element("h3", view.t("Certainty", "Certitude")),
        certainty(view),
    ]
    return Html("".join(parts))


def _explained_title(view: View, explanation: Explanation) -> str:
    if explanation.decision is not None and explanation.decision["outcome"] == "release":
        return view.t("One consignment explained", "Un envoi expliqué")
    return view.t("One held consignment explained", "Un envoi retenu, expliqué")


def _explained(view: View, explanation: Explanation) -> Html:
    about = view.t(
        "The same words as the command passavant explain.", "Les mêmes mots que la commande passavant explain.",
    )  # fmt: skip
    text = element("pre", explanation.text(view.language), tabindex="0")
    return _section("explained", _explained_title(view, explanation), Html(element("p", about, class_="about") + text))


def _provenances(views: Sequence[View], names: Sequence[str]) -> Html:
    return Html("".join(element("h3", name) + provenance(view) for view, name in zip(views, names, strict=True)))


def _section(key: str, title: str, content: Html) -> Html:
    return element(
        "section", [element("h2", title, id=f"{key}-title"), content], id=key, aria_labelledby=f"{key}-title"
    )


def _text(text: str) -> str:
    """Escape text that stands between tags of the frame."""
    import html

    return html.escape(text)


@cache
def _frame() -> Template:
    return Template((Path(__file__).parent / "data" / "report.html").read_text(encoding="utf-8"))
