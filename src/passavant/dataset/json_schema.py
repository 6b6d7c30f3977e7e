"""JSON Schema 2020-12 of a goods item as a flat row, and of a consignment with its items nested.

Titles and descriptions are in one language; ``x-`` members keep the identifiers of the WCO Data Model and of the EU
Customs Data Model, the holders, the messages and the rule that makes an element required. An optional element is left
out or null. Amounts are decimal text (``"42.50"``), so that no reader turns them into a float; numbers are accepted.

>>> schema = json_schema(nested=True, language="fr")
>>> schema["properties"]["items"]["items"]["properties"]["gross_mass_kg"]["title"]
'Masse brute'
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from passavant.dataset.codes import country_codes
from passavant.dataset.element import Element
from passavant.dataset.json_conditions import always_required, condition, requires, rule_columns
from passavant.dataset.schema import Schema, load_schema
from passavant.money.currency import currency_minor_units
from passavant.texts import pick

__all__ = ["DIALECT", "json_schema"]

#: The JSON Schema draft in which the schemas are written.
DIALECT = "https://json-schema.org/draft/2020-12/schema"

Json = dict[str, Any]
_INT32_MAX = 2_147_483_647
_TIMESTAMP = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})$"
_BY_CODE_LIST: dict[str, Json] = {
    "ISO 3166-1 alpha-2": {"$ref": "#/$defs/country"},
    "ISO 4217": {"$ref": "#/$defs/currency"},
    "UPU S10": {"type": "string", "pattern": "^[A-Z]{2}[0-9]{9}[A-Z]{2}$"},
    "HS": {"type": "string", "pattern": "^[0-9]{6,}$"},
}


def json_schema(*, nested: bool = False, language: str | None = None) -> Json:
    """Return the JSON Schema of a row, or of a consignment with ``items``.

    Args:
        nested: One consignment with an array of goods items, instead of one flat row for each item.
        language: Of titles and descriptions, ``en`` or ``fr`` (default: that of the settings).

    Rules over the consignment's own elements are stated as conditions in both shapes. A nested schema cannot state a
    rule that compares an item with its consignment: such a rule stands in ``x-required-when`` alone.
    """
    schema = load_schema()
    shape = _consignment(schema, language) if nested else _row(schema, language)
    kind = "consignment" if nested else "row"
    return {
        "$schema": DIALECT,
        "$id": f"urn:passavant:{schema.name}:{schema.version}:{kind}",
        "title": schema.title.text.say(language),
        "description": _description(nested, language),
        **shape,
        "$defs": {
            "country": {"type": "string", "enum": sorted(country_codes())},
            "currency": {"type": "string", "enum": sorted(currency_minor_units())},
        },
        "x-licence": schema.licence,
        "x-schema-version": schema.version,
    }


def _description(nested: bool, language: str | None) -> str:
    if nested:
        return pick("One consignment with its goods items.", "Un envoi avec ses articles de marchandises.", language)
    return pick(
        "One goods item; what belongs to the consignment is repeated on each of its items.",
        "Un article de marchandises ; ce qui relève de l'envoi est répété sur chacun de ses articles.",
        language,
    )


def _row(schema: Schema, language: str | None) -> Json:
    return _object(schema.elements, language) | {"allOf": _conditions(schema.elements)}


def _consignment(schema: Schema, language: str | None) -> Json:
    header = [element for element in schema.elements if element.repeats]
    items = [element for element in schema.elements if not element.repeats]
    above = frozenset(element.name for element in header)
    listed: Json = {
        "title": pick("Goods items", "Articles de marchandises", language),
        "type": "array",
        "minItems": 1,
        "items": _object(items, language),
    }
    shape = _object(header, language)
    shape["properties"]["items"] = listed
    shape["required"] = [*shape["required"], "items"]
    rules = _conditions(items, above)
    inner = [rule | {"then": {"properties": {"items": {"items": rule["then"]}}}} for rule in rules]
    return shape | {"allOf": [*_conditions(header, above), *inner]}


def _object(elements: Sequence[Element], language: str | None) -> Json:
    return {
        "type": "object",
        "properties": {element.name: _property(element, language) for element in elements},
        "required": [element.name for element in elements if always_required(element)],
        "additionalProperties": False,
    }


def _conditions(elements: Sequence[Element], within: frozenset[str] | None = None) -> list[Json]:
    """Return one ``if``/``then`` for each rule; ``within``: only rules that read nothing but these columns."""
    by_rule: dict[str, list[str]] = defaultdict(list)
    for element in elements:
        if element.required_when and not always_required(element):
            by_rule[element.required_when].append(element.name)
    stated = {rule: names for rule, names in by_rule.items() if within is None or rule_columns(rule) <= within}
    return [{"if": condition(rule), "then": requires(names)} for rule, names in stated.items()]


def _property(element: Element, language: str | None) -> Json:
    value = _value(element)
    if not always_required(element):
        value = _or_null(value)
    extras = {
        "default": element.default,
        "x-unit": element.unit,
        "x-code-list": element.code_list,
        "x-wco-id": element.wco_id,
        "x-eucdm": element.eucdm,
        "x-eucdm-status": element.eucdm_status,
        "x-upu": element.upu,
        "x-held-by": list(element.held_by),
        "x-sent-in": list(element.sent_in),
        "x-privacy": element.privacy,
        "x-required-when": element.required_when,
    }
    return {
        "title": element.label.text.say(language),
        "description": element.definition.text.say(language),
        **value,
        "examples": [_example(element)],
        **{name: extra for name, extra in extras.items() if extra is not None},
    }


def _value(element: Element) -> Json:
    if element.codes:
        return {"type": "string", "enum": [code.code for code in element.codes]}
    if element.code_list in _BY_CODE_LIST:
        listed = _BY_CODE_LIST[element.code_list]
        return listed if "$ref" in listed else listed | {"maxLength": element.max_length}
    return _by_type(element)


def _by_type(element: Element) -> Json:
    if element.type == "decimal":
        whole = (element.precision or 0) - (element.scale or 0)
        pattern = rf"^[0-9]{{1,{whole}}}(\.[0-9]{{1,{element.scale}}})?$"
        return {"type": ["string", "number"], "pattern": pattern, "minimum": 0}
    if element.type == "integer":
        return {"type": "integer", "minimum": 1 if element.key else 0, "maximum": _INT32_MAX}
    if element.type == "boolean":
        return {"type": "boolean"}
    if element.type == "timestamp":
        return {"type": "string", "format": "date-time", "pattern": _TIMESTAMP}
    cases = {"code_upper": {"pattern": "^[^a-z]*$"}, "code_lower": {"pattern": "^[^A-Z]*$"}}
    return {"type": "string", "minLength": 1, "maxLength": element.max_length, **cases.get(element.type, {})}


def _or_null(value: Json) -> Json:
    if "$ref" in value:
        return {"anyOf": [value, {"type": "null"}]}
    kinds = value["type"] if isinstance(value["type"], list) else [value["type"]]
    closed = {"enum": [*value["enum"], None]} if "enum" in value else {}
    return value | {"type": [*kinds, "null"]} | closed


def _example(element: Element) -> str | int | bool:
    if element.type == "integer":
        return int(element.example)
    return element.example == "true" if element.type == "boolean" else element.example
