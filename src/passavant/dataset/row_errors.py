"""Why a row was rejected: what was found, what was expected and what to do, in English and French."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from passavant.dataset.binding import REQUIRED, Rule
from passavant.dataset.forms import ABSURD, NUMBER, largest, plain_number
from passavant.texts import Text

__all__ = ["LONGEST_TEXT", "RowError", "explain", "must_be_plain", "unreadable"]

#: The longest text kept, in bytes; a text over the element's own ``max_length`` is read, and held for information.
LONGEST_TEXT = 65_536

_SHOWN = 80  # characters of a value shown in an error
_COMMAS = re.compile(r"[+-]?[\d., '’\u00a0\u202f]*\d[,]\d[\d., '’\u00a0\u202f]*", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_MASKED = Text("(personal data, in the vault)", "(donnée personnelle, au coffre)")

_AGAIN = Text("Correct the row and send it again.", "Corrigez la ligne et renvoyez-la.")
_TEXTS: dict[str, tuple[Text, Text]] = {
    "wrong_columns": (
        Text(
            "{columns} columns, as in the header; found {found}", "{columns} colonnes, comme l'en-tête ; trouvé {found}"
        ),
        Text(
            "Put quotes around texts that hold the delimiter or a line end.",
            "Mettez entre guillemets les textes qui contiennent le séparateur ou un saut de ligne.",
        ),
    ),
    "invalid_encoding": (
        Text(
            "UTF-8 text (byte {position} of the row is not)",
            "du texte UTF-8 (l'octet {position} de la ligne n'en est pas)",
        ),
        Text(
            "Export as UTF-8, or name the encoding in a mapping: `encoding: cp1252`.",
            "Exportez en UTF-8, ou indiquez l'encodage dans une table de correspondance : `encoding: cp1252`.",
        ),
    ),
    "record_too_long": (
        Text("a row of at most {limit} bytes", "une ligne d'au plus {limit} octets"),
        Text("Look for a missing line end or quote.", "Cherchez un saut de ligne ou un guillemet manquant."),
    ),
    "unterminated_quote": (
        Text(
            "a closing quote before the delimiter or the line end",
            "un guillemet fermant avant le séparateur ou la fin de ligne",
        ),
        Text(
            'Double a quote inside a quoted text: "15"" screen".',
            'Doublez le guillemet dans un texte entre guillemets : "écran 15""".',
        ),
    ),
    "invalid_json": (Text("a JSON object", "un objet JSON"), _AGAIN),
    "not_an_object": (Text("a JSON object", "un objet JSON"), _AGAIN),
    "no_items": (Text("at least one goods item in `items`", "au moins un article dans `items`"), _AGAIN),
    "key_missing": (
        Text(
            "the declarant's and the declaration's id on every row",
            "l'identifiant du déclarant et celui de la déclaration sur chaque ligne",
        ),
        Text("Give the id that the declarant used.", "Indiquez l'identifiant utilisé par le déclarant."),
    ),
    "not_a_number": (
        Text("a number such as 1234.50", "un nombre tel que 1234.50"),
        Text(
            "Write digits and a decimal point only, without currency or unit.",
            "N'écrivez que des chiffres et un point décimal, sans devise ni unité.",
        ),
    ),
    "number_with_comma": (
        Text("a number such as 1234.50: no comma", "un nombre tel que 1234.50 : pas de virgule"),
        Text(
            "Leave out thousands separators and write a decimal point; for a source that writes 1234,50 set "
            "`decimal_comma: true` in a mapping.",
            "Omettez les séparateurs de milliers et écrivez un point décimal ; pour une source qui écrit 1234,50, mettez "
            "`decimal_comma: true` dans une table de correspondance.",
        ),
    ),
    "number_with_point": (
        Text(
            "a number such as 1234,50 or 1.234,50, as the mapping says",
            "un nombre tel que 1234,50 ou 1.234,50, comme le dit la table de correspondance",
        ),
        Text(
            "Write a decimal comma, and points between thousands or nowhere.",
            "Écrivez une virgule décimale, et des points entre les milliers ou nulle part.",
        ),
    ),
    "out_of_range": (
        Text("a number no further from zero than {limit}", "un nombre dont l'écart à zéro ne dépasse pas {limit}"),
        Text("Check the unit and the digits.", "Vérifiez l'unité et les chiffres."),
    ),
    "not_a_whole_number": (Text("a whole number", "un nombre entier"), _AGAIN),
    "below_one": (Text("a whole number from 1", "un nombre entier à partir de 1"), _AGAIN),
    "not_a_date": (
        Text(
            "a date and time such as 2026-07-01T09:30:00+02:00{format_en}",
            "une date et une heure telles que 2026-07-01T09:30:00+02:00{format_fr}",
        ),
        Text(
            "Write ISO 8601, year first (1900 to 2199); for another order set `date_format:` in a mapping.",
            "Écrivez en ISO 8601, l'année d'abord (1900 à 2199) ; pour un autre ordre, mettez `date_format:` dans une table de correspondance.",
        ),
    ),
    "not_a_boolean": (
        Text("true or false", "true ou false"),
        Text("Write true, false, or nothing.", "Écrivez true, false, ou rien."),
    ),
    "text_too_long": (
        Text("a text of at most {limit} bytes", "un texte d'au plus {limit} octets"),
        Text("Send attachments separately.", "Transmettez les pièces jointes à part."),
    ),
    "control_character": (
        Text(
            "a value without control characters ({name} at character {position})",
            "une valeur sans caractère de commande ({name}, caractère {position})",
        ),
        Text(
            "Remove it at the source: it cannot be seen, and makes two numbers that look alike differ.",
            "Retirez-le à la source : invisible, il rend différents deux numéros qui se ressemblent.",
        ),
    ),
    "duplicate": (
        Text(
            "one row per goods item; this repeats {file}, row {row}",
            "une ligne par article ; celle-ci répète {file}, ligne {row}",
        ),
        Text(
            "Number the items, or raise the version of an amended declaration.",
            "Numérotez les articles, ou augmentez la version d'une déclaration rectifiée.",
        ),
    ),
}


@dataclass(frozen=True)
class RowError:
    """One thing wrong with a row; ``value`` is masked where it is personal."""

    code: str
    field: str | None
    value: str | None
    expected: Text
    remedy: Text

    def as_record(self) -> dict[str, str | None]:
        """Return the error as the rejected file writes it."""
        named = {"code": self.code, "field": self.field, "value": self.value}
        expected = {"expected_en": self.expected.en, "expected_fr": self.expected.fr}
        return {**named, **expected, "remedy_en": self.remedy.en, "remedy_fr": self.remedy.fr}


def unreadable(code: str, **params: Any) -> RowError:
    """Return the error of a row that could not be read at all; ``code`` is ``dataset.row.…``."""
    return _error(code.rpartition(".")[2], None, None, **params)


def must_be_plain(rule: Rule) -> bool:
    """Return whether a value may hold no control character: keys and codes, which are compared sign by sign."""
    kind = rule.element.type
    return kind in ("code_upper", "code_lower", "digits") or (kind == "string" and rule.element.key)


def explain(rule: Rule, text: str | None) -> RowError:
    """Return why a value could not be taken, given that it could not."""
    name, shown = rule.element.name, _shown(rule, text)
    if text is None:
        return _error("key_missing" if name in REQUIRED else "below_one", name, None)
    if len(text.encode()) > LONGEST_TEXT:
        return _error("text_too_long", name, shown, limit=LONGEST_TEXT)
    control = _CONTROL.search(text) if must_be_plain(rule) else None
    if control:
        return _error(
            "control_character", name, shown, name=f"U+{ord(control.group()):04X}", position=control.start() + 1
        )
    kind = rule.element.type
    if kind == "timestamp":
        en, fr = (
            (f" or in the form {rule.date_format}", f" ou de la forme {rule.date_format}")
            if rule.date_format
            else ("", "")
        )
        return _error("not_a_date", name, shown, format_en=en, format_fr=fr)
    if kind == "boolean":
        return _error("not_a_boolean", name, shown)
    return _error(_number_fault(rule, text), name, shown, limit=largest(rule.element, rule.column.factor))


def _number_fault(rule: Rule, text: str) -> str:
    point = plain_number(text, decimal_comma=rule.decimal_comma)
    if point is None:
        return "number_with_point"
    if not re.fullmatch(NUMBER, point):
        return "number_with_comma" if _COMMAS.fullmatch(text) else "not_a_number"
    value = Decimal(point)
    if rule.element.type == "integer" and abs(value) <= ABSURD and value != value.to_integral_value():
        return "not_a_whole_number"
    return "below_one" if rule.element.key and value < 1 else "out_of_range"


def _shown(rule: Rule, text: str | None) -> str | None:
    if text is not None and rule.element.privacy == "personal":
        return _MASKED.en
    if text is None:
        return None
    visible = _CONTROL.sub(lambda sign: f"\\x{ord(sign.group()):02x}", text[: _SHOWN + 1])
    return visible if len(text) <= _SHOWN else f"{visible[:_SHOWN]}…"


def _error(code: str, field: str | None, value: str | None, /, **params: Any) -> RowError:
    expected, remedy = _TEXTS[code]
    filled = Text(expected.say("en", **params), expected.say("fr", **params)) if params else expected
    public = "not_a_number" if code in ("number_with_comma", "number_with_point") else code
    return RowError(f"dataset.row.{public}", field, value, filled, remedy)
