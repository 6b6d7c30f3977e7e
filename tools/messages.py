"""Bring the portal's French catalogue up to date with the texts of its templates and code; no gettext program is needed.

Run from anywhere, in the project's environment::

    python tools/messages.py     new texts enter with an empty translation, those that are gone leave; what is empty is listed

English is the language of the sources. A translation sets a no-break space before ``: ; ! ?`` and inside « » by itself.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

PORTAL = Path(__file__).resolve().parents[1] / "src/passavant/portal"
CATALOGUE = PORTAL / "locale/fr/LC_MESSAGES/django.po"
_KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
#: A space before such a sign, or inside guillemets, must not break.
_SPACED = re.compile(r"(?<=\S) (?=[:;!?»](?:\s|$|<))|(?<=«) ")


def main() -> None:
    """Update the catalogue."""
    before, after = read_catalogue(), extracted()
    for message in after:
        known = before.get(message.id, message.context) if message.id else None
        if known:
            message.string = _unbroken(known.string)
    write_catalogue(after)
    for message in after:
        if message.id and not filled(message.string):
            sys.stdout.write(f"no translation: {message.id!r}\n")


def read_catalogue() -> Catalog:
    """Return the catalogue as it stands."""
    if not CATALOGUE.exists():
        return Catalog(locale="fr")
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="fr")


def write_catalogue(catalogue: Catalog) -> None:
    """Write it, in a form that differs only where texts do."""
    target = io.BytesIO()
    write_po(target, catalogue, width=120, no_location=True, sort_output=True, omit_header=True)
    CATALOGUE.write_bytes(_HEADER.encode() + target.getvalue())


def extracted() -> Catalog:
    """Return every text that the portal's templates and code give to gettext."""
    found = Catalog(locale="fr", charset="utf-8")
    for path, source in _sources():
        for line, text, _, context in extract("python", io.BytesIO(source.encode()), _KEYWORDS):
            found.add(text, locations=[(str(path.relative_to(PORTAL)), line)], context=context, flags=_flags(text))
    return found


def filled(translation: object) -> bool:
    """Return whether a translation, or each of its plural forms, says something."""
    return all(translation) if isinstance(translation, tuple | list) else bool(translation)


def _flags(text: str | tuple[str, ...]) -> list[str]:
    return ["python-format"] if "%(" in str(text) else []


def _sources() -> Iterator[tuple[Path, str]]:
    """Yield each file as Python that holds its calls of gettext: code as it is, templates as Django turns them into it."""
    from django.conf import settings

    if not settings.configured:
        settings.configure()
    from django.utils.translation.template import templatize

    for path in sorted(PORTAL.rglob("*.py")):
        if "migrations" not in path.parts:
            yield path, path.read_text(encoding="utf-8")
    for path in sorted([*PORTAL.rglob("*.html"), *PORTAL.rglob("templates/**/*.txt")]):
        calls = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        # Outside the calls stand crosses in place of the page: their indentation and quotes mean nothing in Python.
        yield path, "\n".join(re.findall(r"(?:n?p?gettext|_)\((?:[^\n]*)\)", calls))


def _unbroken(text: object) -> object:
    if isinstance(text, tuple | list):
        return tuple(_unbroken(one) for one in text)
    return _SPACED.sub("\u00a0", str(text))


_HEADER = """msgid ""
msgstr ""
"Language: fr\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"

"""

if __name__ == "__main__":
    main()
