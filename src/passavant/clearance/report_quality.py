"""Reasons, data quality and certainty of a run: what, how often, and the law behind each."""

from __future__ import annotations

from collections.abc import Sequence

from passavant.clearance.report_charts import Bar, bars
from passavant.clearance.report_data import TOP
from passavant.clearance.report_html import Html, code, details, element, stack, table
from passavant.clearance.report_reasons import ReasonLine
from passavant.clearance.report_view import View
from passavant.clearance.report_words import CERTAINTY, OUTCOME
from passavant.dataset.reasons import CERTAINTIES, OUTCOMES

__all__ = ["certainty", "quality", "reasons_applied", "reasons_held"]


def reasons_held(view: View) -> Html:
    """Show the reasons for which consignments are held."""
    title = view.t("Why consignments are held", "Pourquoi des envois sont retenus")
    about = view.t("Reasons that lead to more than release; a consignment may have several.",
                   "Motifs qui mènent à une suite autre que la mainlevée ; un envoi peut en avoir plusieurs.")  # fmt: skip
    return _reasons(view, "held", title, about, [line for line in view.lines if line.level or line.reason is None])


def reasons_applied(view: View) -> Html:
    """Show the law and the remarks that were applied most often without holding anything."""
    title = view.t("Law most often applied", "Droit le plus souvent appliqué")
    about = view.t("Rules of duty, VAT, fees and schemes, and remarks that hold nothing.",
                   "Règles de droits, de TVA, de redevances et de régimes, et remarques sans effet sur la mainlevée.")  # fmt: skip
    return _reasons(
        view, "applied", title, about, [line for line in view.lines if line.reason is not None and not line.level]
    )


def _reasons(view: View, key: str, title: str, about: str, lines: Sequence[ReasonLine]) -> Html:
    label = view.label(key, title, about)
    shown = [Bar(line.text, view.counted(line.consignments), (line.consignments,)) for line in lines[:TOP]]
    headings = [
        view.t("Reason and reference", "Motif et référence"),
        view.t("Leads to", "Suite"),
        view.t("Consignments", "Envois"),
        view.t("Share", "Part"),
    ]
    cells = [
        [
            stack(_words(view, line), _reference(view, line)),
            _outcome(view, line),
            view.n(line.consignments),
            view.share(line.consignments),
        ]
        for line in lines
    ]
    first = table(title, headings, cells[:TOP], numeric=(2, 3), class_="wordy")
    rest = table(f"{title} ({TOP + 1}–{len(lines)})", headings, cells[TOP:], numeric=(2, 3), class_="wordy")
    more = details(view.t(f"{len(lines) - TOP} more", f"{len(lines) - TOP} de plus"), rest) if lines[TOP:] else ""
    if not lines:
        return view.exhibit(label, "", "", wide=True)
    parts = [
        element("h4", title, id=f"{label.name}-heading"), element("p", about, class_="about"),
        element("div", [Html(bars(shown, label, lines=3)), element("div", [first, more])], class_="beside"),
    ]  # fmt: skip
    return element("figure", parts, aria_labelledby=f"{label.name}-heading", class_="wide")


def quality(view: View) -> Html:
    """Return the remarks on the quality of the data, and the rows that could not be read."""
    lines = [line for line in view.lines if line.code.startswith("dataset.")]
    headings = [view.t("Remark", "Remarque"), view.t("Leads to", "Suite"), view.t("Consignments", "Envois"), view.t("Share", "Part"),
                view.t("Reference", "Référence")]  # fmt: skip
    cells = [
        [
            _words(view, line),
            _outcome(view, line),
            view.n(line.consignments),
            view.share(line.consignments),
            _reference(view, line),
        ]
        for line in lines
    ]
    title = view.t("Remarks on the data", "Remarques sur les données")
    none = element(
        "p",
        view.t("No remark on the data of any consignment.", "Aucune remarque sur les données d'aucun envoi."),
        class_="none",
    )
    return Html((table(title, headings, cells, numeric=(2, 3), class_="wordy") if cells else none) + _rejected(view))


def _rejected(view: View) -> Html:
    errors = view.figures.rejections
    if not errors:
        return element("p", view.t("No row was rejected.", "Aucune ligne n'a été rejetée."), class_="none")
    title = view.t(
        "Rejected rows by error (a row may have several)",
        "Lignes rejetées par erreur (une ligne peut en avoir plusieurs)",
    )
    headings = [
        view.t("Error", "Erreur"),
        view.t("Field", "Champ"),
        view.t("Rows", "Lignes"),
        view.t("Expected", "Attendu"),
        view.t("Remedy", "Remède"),
    ]
    cells = [
        [
            code(error.code),
            code(error.field) if error.field else "—",
            view.n(error.rows),
            view.t(*error.expected),
            view.t(*error.remedy),
        ]
        for error in errors
    ]
    return table(title, headings, cells, numeric=(2,), class_="wordy")


def certainty(view: View) -> Html:
    """Return how certain the answers are, and the reasons that made them less so."""
    counts = {level: view.figures.count(lambda group, wanted=level: group.certainty == wanted) for level in CERTAINTIES}
    shares = " · ".join(
        f"{CERTAINTY[level].say(view.language)} {view.counted(count)}" for level, count in counts.items()
    )
    lead = element("p", view.t(f"Certainty of the answers: {shares}.", f"Certitude des réponses : {shares}."))
    about = element("p", view.t(
        "An answer is as certain as its least certain part.", "Une réponse est aussi certaine que sa partie la moins certaine."), class_="about")  # fmt: skip
    lines = sorted((line for line in view.lines if line.doubt), key=lambda line: (-line.doubt, -line.consignments))
    if not lines:
        return Html(lead + element("p", view.t("No reason lowered it.", "Aucun motif ne l'a abaissée."), class_="none"))
    headings = [view.t("Reason", "Motif"), view.t("Certainty", "Certitude"), view.t("Consignments", "Envois"), view.t("Share", "Part"),
                view.t("Reference", "Référence")]  # fmt: skip
    cells = [
        [
            _words(view, line),
            CERTAINTY[CERTAINTIES[line.doubt]].say(view.language),
            view.n(line.consignments),
            view.share(line.consignments),
            _reference(view, line),
        ]
        for line in lines
    ]
    title = view.t("Reasons that lowered the certainty", "Motifs qui ont abaissé la certitude")
    return Html(lead + about + table(title, headings, cells, numeric=(2, 3), class_="wordy"))


def _words(view: View, line: ReasonLine) -> str:
    """Say a reason; its code stands below, and whether the declarant is told."""
    if line.reason is None:
        return stack(
            line.text,
            element(
                "small",
                view.t("the file with its words is not at hand", "le fichier de ses textes n'est pas disponible"),
            ),
        )
    inside = (
        ""
        if line.reason.declarant
        else element("small", view.t("not told to the declarant", "non communiqué au déclarant"), class_="inside")
    )
    return stack(line.text, element("small", code(line.code)), inside)


def _outcome(view: View, line: ReasonLine) -> str:
    if line.reason is None:
        return "—"
    return OUTCOME[OUTCOMES[line.level]].say(view.language) if line.level else view.t("remark only", "simple remarque")


def _reference(view: View, line: ReasonLine) -> str:
    if line.reason is None:
        return "—"
    act = None if line.reason.reference_fr else "en"
    return element("cite", line.reason.cited.say(view.language), lang=act)
