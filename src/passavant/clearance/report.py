"""The report of one or several runs: one HTML page that needs no network, in English or French."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from passavant.clearance.explain import explain
from passavant.clearance.report_amounts import by_country, declarants, taxes, vendors
from passavant.clearance.report_counts import categories, hours, outcomes
from passavant.clearance.report_data import gather
from passavant.clearance.report_html import Html, cards, element, listing
from passavant.clearance.report_quality import certainty, quality, reasons_applied, reasons_held
from passavant.clearance.report_reasons import law_of
from passavant.clearance.report_values import values
from passavant.clearance.report_view import View
from passavant.clearance.report_words import AMOUNTS, show_instant
from passavant.engines import Engine, open_duckdb
from passavant.texts import pick

__all__ = ["write_report"]

_STYLE = Path(__file__).parent / "data" / "report.css"


def write_report(
    runs: Sequence[Path],
    path: Path,
    *,
    language: Literal["en", "fr"],
    engine: Engine | None = None,
    explained: tuple[Path, str] | None = None,
) -> None:
    """Write the report of finished runs.

    Args:
        runs: Folders written by ``clear``.
        path: The page to write.
        language: Language of the whole page.
        engine: Session to use.
        explained: A run and a consignment of it to explain in full.

    Raises:
        NotFound: a folder holds no finished run, or the consignment is not in it.
    """
    engine = engine or open_duckdb()
    views = [_view(engine, folder, language, f"run{index}") for index, folder in enumerate(runs, 1)]
    parts: list[Html] = [section for view in views for section in _sections(view)]
    if explained is not None:
        parts += _explained(engine, *explained, language)
    path.write_text(_page(views, parts, language), encoding="utf-8")


def _view(engine: Engine, folder: Path, language: str, prefix: str) -> View:
    figures = gather(engine, folder)
    return View(figures, law_of(figures.manifest), language, prefix)


def _sections(view: View) -> list[Html]:
    t = view.t
    return [
        element("h2", f"{view.name} – {view.days}"),
        _headline(view),
        element("h3", t("What was decided", "Ce qui a été décidé")),
        element("div", [categories(view), outcomes(view), hours(view), values(view)], class_="exhibits"),
        element("h3", t("What is due", "Ce qui est dû")),
        element("div", [taxes(view), by_country(view), declarants(view), vendors(view)], class_="exhibits"),
        element("h3", t("Why", "Pourquoi")),
        element("div", [reasons_held(view), reasons_applied(view)], class_="exhibits"),
        element("h3", t("Data quality", "Qualité des données")),
        quality(view),
        element("h3", t("Certainty of the answers", "Certitude des réponses")),
        certainty(view),
        element("h3", t("Provenance", "Provenance")),
        _provenance(view),
    ]


def _headline(view: View) -> Html:
    figures, manifest, t = view.figures, view.figures.manifest, view.t
    released = figures.count(lambda group: group.outcome == "release")
    rows = f"{view.n(manifest['item_rows'])} + {view.n(manifest['rejected_rows'])}"
    counts = [
        (t("Rows read", "Lignes lues"), view.n(manifest["rows_in"]), t(f"items + rejected: {rows}", f"articles + rejetées : {rows}")),
        (t("Consignments", "Envois"), view.n(figures.consignments), ""),
        (t("Released at once", "Mainlevée immédiate"), view.share(released), view.n(released)),
        (t("Held", "Retenus"), view.share(figures.consignments - released), view.n(figures.consignments - released)),
    ]
    amounts = [(words.say(view.language), view.due(figures.amount(name)), "") for name, words in AMOUNTS.items()]
    return cards([*counts, *amounts])


def _provenance(view: View) -> Html:
    manifest, t = view.figures.manifest, view.t
    inputs = ", ".join(f"{entry['file']} ({entry['sha256']})" for entry in manifest["inputs"])
    facts = [
        (t("Policy", "Réglementation"), f"{manifest['policy']['id']} {manifest['policy']['version']}"),
        (t("Run", "Passage"), manifest["run_id"]),
        (t("Cleared at", "Dédouané le"), show_instant(manifest["started_at"], view.language)),
        *((t(f"Digest: {name}", f"Empreinte : {name}"), digest) for name, digest in manifest["digests"].items()),
        (t("Inputs", "Entrées"), inputs),
        ("Passavant", manifest["passavant"]),
    ]
    note = t(
        "Figures of this run as it was decided; nothing here foresees how senders would react.",
        "Chiffres de ce passage tel qu'il a été décidé ; rien ici ne prévoit la réaction des expéditeurs.",
    )
    return element("div", [element("p", note, class_="about"), listing(facts)])


def _explained(engine: Engine, out: Path, consignment: str, language: str) -> list[Html]:
    title = pick("One held parcel, explained", "Un colis retenu, expliqué", language)
    text = explain(out, consignment, engine=engine).text(language)
    return [element("h2", title), element("pre", text)]


def _page(views: Sequence[View], parts: Sequence[Html], language: str) -> str:
    title = pick("Clearance report", "Rapport de dédouanement", language)
    names = ", ".join(view.name for view in views)
    head = (
        f'<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"{element('title', f'{title} – {names}')}<style>{_STYLE.read_text(encoding='utf-8')}</style>"
    )
    simulated = any(view.figures.manifest.get("simulated") for view in views)
    warning = pick("These declarations are simulated.", "Ces déclarations sont simulées.", language)
    top = [element("h1", title), element("p", names, class_="about"), *([element("p", warning, class_="notice")] if simulated else [])]
    body = element("header", top, class_="page") + element("main", parts)
    return f'<!doctype html>\n<html lang="{language}"><head>{head}</head><body>{body}</body></html>\n'
