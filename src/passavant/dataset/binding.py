"""Which source column feeds which of ours, decided once per file from its header and the mapping."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from passavant.dataset.element import Element
from passavant.dataset.mapping import Column, Mapping, shipped_mappings
from passavant.dataset.readers.batch import Reader, Wanted
from passavant.dataset.schema import Schema
from passavant.errors import BadInput, Place
from passavant.texts import Text

__all__ = ["IDENTIFYING", "REQUIRED", "Binding", "Rule", "bind", "own_to_items"]

#: Without these two a row belongs to no declaration.
REQUIRED = ("declarant_id", "declaration_id")

#: What names a consignment, so that one with an unreadable row is not released.
IDENTIFYING = ("administration", *REQUIRED)

#: Types whose values an item nested in a consignment never takes over from it.
_OWN = frozenset({"decimal", "integer"})


@dataclass(frozen=True)
class Rule:
    """How one element is read: from ``source`` (None: never present), else ``default``, as the mapping says."""

    element: Element
    source: str | None
    default: str | None
    column: Column
    date_format: str | None = None
    decimal_comma: bool = False
    time_zone: str | None = None


@dataclass(frozen=True)
class Binding:
    """One rule per element, in the order of the data set; what to ask of the reader; what the user should know."""

    rules: tuple[Rule, ...]
    wanted: Wanted
    notices: tuple[Text, ...]


def bind(
    reader: Reader,
    file: str,
    mapping: Mapping | None,
    schema: Schema,
    administration: str,
    declarant: str | None = None,
) -> Binding:
    """Match the columns of a file with the elements of the data set.

    Without a mapping, and for elements that the mapping does not name, a column is taken when its name is the
    element's, case apart (without a mapping also ``Declarant ID`` for ``declarant_id``). Rows that name no administration, or
    no declarant, are of the ones given.

    Raises:
        BadInput: a column name stands twice, or no column gives the declarant's or the declaration's id.
    """
    _no_twins(reader.header, file)
    loose = mapping is None
    known = {_plain(name, loose=loose): name for name in reversed(reader.header)}
    own = {"administration": administration} | ({"declarant_id": declarant} if declarant else {})
    rules = tuple(_rule(element, mapping, known, reader, own) for element in schema.elements)
    if reader.header:
        _required(rules, reader.header, file)
    sources = {rule.source for rule in rules if rule.source is not None}
    return Binding(rules, _wanted(rules), tuple(_notices(file, reader.header, sources, mapping)))


def _rule(
    element: Element, mapping: Mapping | None, known: dict[str, str], reader: Reader, own: dict[str, str]
) -> Rule:
    column = mapping.columns.get(element.name) if mapping else None
    sought = column.source if column else element.name
    source = known.get(_plain(sought, loose=mapping is None)) if sought else None
    if source is None and reader.open_ended:
        source = sought
    default = str(element.default) if element.default is not None else None
    default = own.get(element.name, default)
    if column is None:
        column = Column.model_validate({"from": element.name})
    return Rule(
        element,
        source,
        column.default or default,
        column,
        column.date_format or (mapping.date_format if mapping else None),
        column.decimal_comma if column.decimal_comma is not None else bool(mapping and mapping.decimal_comma),
        mapping.time_zone if mapping else None,
    )


def own_to_items(element: Element) -> bool:
    """Return whether an item nested in a consignment never takes over the element from it."""
    return element.level == "item" and element.type in _OWN


def _wanted(rules: Iterable[Rule]) -> Wanted:
    bound = [(rule.element, rule.source) for rule in rules if rule.source is not None]
    return Wanted(
        columns=tuple(dict.fromkeys(source for _, source in bound)),
        keys=tuple(source for element, source in bound if element.name in IDENTIFYING),
        item_only=frozenset(source for element, source in bound if own_to_items(element)),
        position=next((source for element, source in bound if element.name == "item_no"), None),
    )


def _plain(name: str, *, loose: bool) -> str:
    plain = name.strip().lower()
    return re.sub(r"[\W_]+", "_", plain).strip("_") if loose and not name.startswith("/") else plain


def _no_twins(header: list[str], file: str) -> None:
    twice = [name for name, count in Counter(header).items() if count > 1]
    if twice:
        raise BadInput(
            "dataset.reader.column_twice",
            got=(f"the column {twice[0]!r} stands twice", f"la colonne {twice[0]!r} figure deux fois"),
            expected=("one different name per column", "un nom différent par colonne"),
            next_step=("Rename or remove one of them.", "Renommez ou supprimez l'une des deux."),
            place=Place(file=file, field=twice[0]),
        )


def _required(rules: Iterable[Rule], header: list[str], file: str) -> None:
    found = {name.strip().lower() for name in header}
    missing = [
        rule.element.name
        for rule in rules
        if rule.element.name in REQUIRED and rule.default is None and not _present(rule, found)
    ]
    if not missing:
        return
    names = ", ".join(missing)
    near_en, near_fr = _nearest(missing, header)
    fitting = ", ".join(f"--mapping {name}" for name in _fitting(header))
    raise BadInput(
        "dataset.reader.missing_columns",
        got=(
            f"no column gives {names}; found: {_listed(header)}{near_en}",
            f"aucune colonne ne donne {names} ; trouvé : {_listed(header)}{near_fr}",
        ),
        expected=("the columns declarant_id and declaration_id", "les colonnes declarant_id et declaration_id"),
        next_step=(
            f"This shipped mapping fits: {fitting}."
            if fitting
            else "Rename the columns, or write a mapping: --mapping FILE.",
            f"Cette table de correspondance fournie convient : {fitting}."
            if fitting
            else "Renommez les colonnes, ou écrivez une table de correspondance : --mapping FICHIER.",
        ),
        place=Place(file=file),
    )


def _present(rule: Rule, found: set[str]) -> bool:
    return rule.source is not None and (rule.source.strip().lower() in found or rule.source.startswith("/"))


def _nearest(missing: list[str], header: list[str]) -> tuple[str, str]:
    loose = {_plain(name, loose=True): name for name in header}
    near = [loose[one] for name in missing for one in difflib.get_close_matches(name, loose, n=2, cutoff=0.6)]
    names = ", ".join(dict.fromkeys(near))
    return (f"; nearest: {names}", f" ; les plus proches : {names}") if names else ("", "")


def _fitting(header: list[str]) -> list[str]:
    found = set(header)
    return [
        name
        for name, mapping in shipped_mappings().items()
        if all(key in mapping.columns and mapping.columns[key].source in found for key in REQUIRED)
    ]


def _listed(header: list[str], most: int = 12) -> str:
    return ", ".join(header[:most]) + (f" (+{len(header) - most})" if len(header) > most else "")


def _notices(file: str, header: list[str], used: set[str], mapping: Mapping | None) -> Iterable[Text]:
    unknown = [name for name in header if name not in used]
    if unknown:
        yield Text(
            f"{file}: columns that the data set does not know were ignored: {_listed(unknown)}",
            f"{file} : des colonnes inconnues du jeu de données ont été ignorées : {_listed(unknown)}",
        )
    absent = [one.source for one in mapping.columns.values() if one.source] if mapping else []
    absent = [name for name in dict.fromkeys(absent) if name not in used]
    if absent:
        near_en, near_fr = _meant(absent, unknown)
        yield Text(
            f"{file}: columns of the mapping are not in the file: {_listed(absent)}{near_en}",
            f"{file} : des colonnes de la table de correspondance ne sont pas dans le fichier : {_listed(absent)}{near_fr}",
        )


def _meant(absent: list[str], unused: list[str]) -> tuple[str, str]:
    """Name, for each absent column, the nearest of those that nothing uses."""
    loose = {_plain(name, loose=True): name for name in unused}
    found = [(name, difflib.get_close_matches(_plain(name, loose=True), loose, n=1, cutoff=0.6)) for name in absent]
    pairs = [(name, loose[near[0]]) for name, near in found if near]
    if not pairs:
        return "", ""
    en = ", ".join(f"{near} for {name}" for name, near in pairs)
    fr = ", ".join(f"{near} pour {name}" for name, near in pairs)
    return f"; did you mean {en}?", f" ; vouliez-vous dire {fr} ?"
