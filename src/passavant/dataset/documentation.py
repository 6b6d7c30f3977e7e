"""The reference page of the data set, in English or French, written from the schema.

``python -m passavant.dataset.documentation docs/reference`` writes the pages and the maps they show.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from passavant.dataset.element import Element
from passavant.dataset.flow import flow_svg
from passavant.dataset.schema import Schema, load_schema
from passavant.dataset.wording import LEVELS, STATUSES, Fact, facts, type_word
from passavant.texts import pick

__all__ = ["LANGUAGES", "reference_page", "write_reference"]

#: The languages in which the pages are written.
LANGUAGES = ("en", "fr")
#: Facts that are shown letter for letter.
_LITERAL = frozenset({"required_when", "default", "intake", "example"})


def reference_page(language: str) -> str:
    """Return the Markdown reference of the data set in one language."""
    schema = load_schema()
    lines = [*_head(schema, language), *_overview(schema, language)]
    for element in schema.elements:
        lines += _section(element, schema, language)
    return "\n".join([*lines, *_lists(schema, language)]) + "\n"


def write_reference(folder: Path) -> list[Path]:
    """Write ``dataset.LANGUAGE.md`` and ``dataset-flow.LANGUAGE.svg`` into a folder; return the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = {f"dataset.{language}.md": reference_page(language) for language in LANGUAGES}
    texts |= {f"dataset-flow.{language}.svg": flow_svg(language) for language in LANGUAGES}
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in texts]


def _head(schema: Schema, language: str) -> Iterator[str]:
    yield f"# {schema.title.text.say(language)}"
    yield ""
    yield f"<!-- {pick('Written by `make docs` from', 'Écrit par `make docs` depuis', language)} consignment.yaml -->"
    yield ""
    yield pick(
        f"Version {schema.version}, {schema.licence}. One row for each goods item; what belongs to the consignment is "
        "repeated on each of its rows.",
        f"Version {schema.version}, {schema.licence}. Une ligne par article de marchandises ; ce qui relève de l'envoi "
        "est répété sur chacune de ses lignes.",
        language,
    )
    yield ""
    alt = pick("Who holds which element, and in which message it reaches customs",
               "Qui détient quel élément, et par quel message il parvient à la douane", language)  # fmt: skip
    yield f"![{alt}](dataset-flow.{language}.svg)"
    yield ""
    yield pick(
        "An element whose rule (*required when*) holds and which is empty is missing; without a rule it is optional.",
        "Un élément vide dont la règle (*requis si*) est vraie est manquant ; sans règle, il est facultatif.",
        language,
    )
    yield pick("An EUCDM number is followed by its status:", "Un numéro EUCDM est suivi de son statut :", language)
    signs = (f"**{status}** {text.say(language)}" for status, text in STATUSES.items())
    yield pick("; ", " ; ", language).join(signs) + "."
    yield ""
    yield pick("Sources:", "Sources :", language)
    yield ""
    yield from _bullets(source.text.say(language) for source in schema.sources)


def _overview(schema: Schema, language: str) -> Iterator[str]:
    yield f"## {pick('Elements', 'Éléments', language)}"
    yield ""
    heads = pick("Column|Name|Level|Type|WCO|EUCDM", "Colonne|Nom|Niveau|Type|OMD|EUCDM", language)
    yield from _table(heads.split("|"), (_overview_row(element, language) for element in schema.elements))


def _overview_row(element: Element, language: str) -> list[str]:
    link = f"[`{element.name}`](#{element.name})"
    level, kind = LEVELS[element.level].say(language), type_word(element, language)
    return [link, element.label.text.say(language), level, kind, element.wco_id or "", element.eucdm_shown]


def _section(element: Element, schema: Schema, language: str) -> Iterator[str]:
    yield f"### `{element.name}`"
    yield ""
    yield f"**{element.label.text.say(language)}.** {element.definition.text.say(language)}"
    yield ""
    yield from _bullets(_fact(one, language) for one in facts(element, schema, language))
    if element.codes:
        codes = ([f"`{code.code}`", code.label.text.say(language)] for code in element.codes)
        yield from _table([pick("Code", "Code", language), pick("Meaning", "Sens", language)], codes)


def _fact(fact: Fact, language: str) -> str:
    value = f"`{fact.value}`" if fact.key in _LITERAL else fact.value
    return f"{fact.label}{pick(':', ' :', language)} {value}"


def _lists(schema: Schema, language: str) -> Iterator[str]:
    yield f"## {pick('Holders', 'Détenteurs', language)}"
    yield ""
    yield from _bullets(f"`{one.id}` {one.label.text.say(language)}" for one in schema.holders)
    yield f"## {pick('Messages and data sets', 'Messages et jeux de données', language)}"
    yield ""
    rows = ([f"`{one.id}`", one.label.text.say(language), one.note.text.say(language)] for one in schema.messages)
    yield from list(_table(pick("Code|Message|Way", "Code|Message|Trajet", language).split("|"), rows))[:-1]


def _bullets(texts: Iterable[str]) -> Iterator[str]:
    yield from (f"- {text}" for text in texts)
    yield ""


def _table(heads: list[str], rows: Iterable[list[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)
    yield ""


def main(arguments: list[str]) -> int:
    """Write the pages into the folder named, ``docs/reference`` by default."""
    for path in write_reference(Path(arguments[0] if arguments else "docs/reference")):
        sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
