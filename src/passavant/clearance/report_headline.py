"""The headline figures of a run, and the figures of several runs side by side."""

from __future__ import annotations

from collections.abc import Sequence

from passavant.clearance.report_html import Html, cards, element, stack, table
from passavant.clearance.report_view import View
from passavant.clearance.report_words import AMOUNTS, CERTAINTY
from passavant.dataset.reasons import CERTAINTIES

__all__ = ["headline", "side_by_side"]

#: A figure of a run: what it is, its value, a remark.
_Figure = tuple[str, str, str]


def headline(view: View) -> Html:
    """Return the headline figures of one run as cards."""
    return cards(_figures(view))


def side_by_side(views: Sequence[View], names: Sequence[str]) -> Html:
    """Return the headline figures of several runs as one table."""
    columns = [_figures(view) for view in views]
    rows = [
        [row[0][0], *(stack(value, element("small", note) if note else "") for _, value, note in row)]
        for row in zip(*columns, strict=True)
    ]
    first = views[0]
    title = first.t("The runs side by side", "Les traitements côte à côte")
    return table(title, [first.t("Figure", "Chiffre"), *names], rows, numeric=range(1, len(names) + 1))


def _figures(view: View) -> list[_Figure]:
    return [*_rows(view), *_decisions(view), *_amounts(view), _certainty(view)]


def _rows(view: View) -> list[_Figure]:
    manifest = view.figures.manifest
    return [
        (view.t("Rows in", "Lignes lues"), view.n(manifest["rows_in"]), ""),
        (view.t("Goods items", "Articles"), view.n(manifest["item_rows"]), ""),
        (view.t("Rejected rows", "Lignes rejetées"), view.n(manifest["rejected_rows"]), ""),
    ]


def _decisions(view: View) -> list[_Figure]:
    whole, replaced = view.figures.consignments, view.figures.replaced
    released = view.figures.count(lambda group: group.outcome == "release")
    note = view.t(f"{view.n(replaced)} earlier versions left out", f"hors {view.n(replaced)} versions antérieures")
    return [
        (view.t("Consignments", "Envois"), view.n(whole), note if replaced else ""),
        (view.t("Released at once", "Mainlevée immédiate"), view.share(released), view.n(released) if whole else ""),
        (view.t("Held", "Retenus"), view.share(whole - released), view.n(whole - released) if whole else ""),
    ]


def _amounts(view: View) -> list[_Figure]:
    found = []
    for name, words in AMOUNTS.items():
        held = view.figures.amount(name, lambda group: group.outcome != "release")
        note = view.t(f"of which held: {view.money(held)}", f"dont en suspens : {view.money(held)}")
        found.append((words.say(view.language), view.due(view.figures.amount(name)), note if held else ""))
    return found


def _certainty(view: View) -> _Figure:
    """Say which share of the consignments has the best certainty, and the others beside it."""
    shares = {
        level: view.share(view.figures.count(lambda group, wanted=level: group.certainty == wanted))
        for level in CERTAINTIES
    }
    words = {level: f"{CERTAINTY[level].say(view.language)} {share}" for level, share in shares.items()}
    note = ", ".join(words[level] for level in CERTAINTIES[1:])
    return (
        view.t("Certainty of the law", "Certitude du droit"),
        words["high"],
        note if view.figures.consignments else "",
    )
