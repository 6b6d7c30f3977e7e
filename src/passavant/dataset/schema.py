"""The declared columns of a consignment, read from ``data/consignment.yaml``.

Everything else about the data set derives from that file: the Arrow types, the JSON Schema, the documentation, the
map of who holds what.

>>> from passavant.dataset.schema import load_schema
>>> schema = load_schema()
>>> schema.key
('administration', 'declarant_id', 'declaration_id', 'version', 'item_no')
>>> schema.element("gross_mass_kg").label.fr
'Masse brute'
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, model_validator

from passavant.dataset.element import Code, Element, Strict
from passavant.dataset.reasons import Bilingual
from passavant.errors import Both, NotFound
from passavant.texts import load_yaml, validate

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["SCHEMA_FILE", "Code", "Element", "Holder", "Message", "Schema", "intake_arrow_schema", "load_schema"]

#: Where the data set is written down.
SCHEMA_FILE = Path(__file__).parent / "data" / "consignment.yaml"

#: Columns that intake adds after the declared ones, with the name of their Arrow type.
_INTAKE_ADDS: tuple[tuple[str, str], ...] = (
    ("source_file", "string"),
    ("source_row", "int64"),
    ("consignment_id", "string"),
    ("importer_key", "int64"),
    ("exporter_key", "int64"),
    ("importer_id_key", "int64"),
    ("exporter_id_key", "int64"),
    ("importer_id_form", "string"),
    ("importer_party_stop", "bool_"),
    ("exporter_party_stop", "bool_"),
    ("stratum_draw", "int64"),
    ("importer_name_given", "bool_"),
    ("importer_address_given", "bool_"),
    ("exporter_name_given", "bool_"),
    ("exporter_address_given", "bool_"),
)


class Holder(Strict):
    """A party that first knows some of the elements; ``customs`` is what customs sets itself."""

    id: str = Field(pattern=r"^[a-z_]+$")
    label: Bilingual


class Message(Strict):
    """A message or data set in which elements travel; ``via`` names the message that carries it on to customs."""

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    label: Bilingual
    note: Bilingual
    via: str | None = None


class Schema(Strict):
    """The whole data set: its elements in the order of a row, the holders and the messages."""

    name: str = Field(pattern=r"^[a-z]+$")
    version: int = Field(ge=1)
    title: Bilingual
    licence: str
    sources: Annotated[tuple[Bilingual, ...], Field(strict=False, min_length=1)]
    holders: Annotated[tuple[Holder, ...], Field(strict=False, min_length=1)]
    messages: Annotated[tuple[Message, ...], Field(strict=False, min_length=1)]
    elements: Annotated[tuple[Element, ...], Field(strict=False, min_length=1)]

    @model_validator(mode="after")
    def _consistent(self) -> Schema:
        holders, messages = [one.id for one in self.holders], [one.id for one in self.messages]
        for kind, names in (("element", self.names), ("holder", holders), ("message", messages)):
            _once(kind, names)
        for element in self.elements:
            _known(element.name, "holder", element.held_by, holders)
            _known(element.name, "message", element.sent_in, messages)
        for message in self.messages:
            _known(message.id, "message", [message.via] if message.via else [], messages)
        return self

    @cached_property
    def _by_name(self) -> dict[str, Element]:
        return {element.name: element for element in self.elements}

    @property
    def names(self) -> tuple[str, ...]:
        """Return the declared columns in order."""
        return tuple(element.name for element in self.elements)

    @property
    def key(self) -> tuple[str, ...]:
        """Return the columns that together name one goods item of one version of one declaration."""
        return tuple(element.name for element in self.elements if element.key)

    def element(self, name: str) -> Element:
        """Return one element by its column name.

        Raises:
            NotFound: no such element; the nearest names are given.
        """
        if name not in self._by_name:
            raise _unknown(name, self.names)
        return self._by_name[name]

    def holder(self, identifier: str) -> Holder:
        """Return one holder by its id (KeyError when it is not listed)."""
        return {one.id: one for one in self.holders}[identifier]

    def message(self, identifier: str) -> Message:
        """Return one message by its id (KeyError when it is not listed)."""
        return {one.id: one for one in self.messages}[identifier]

    def arrow_schema(self) -> pa.Schema:
        """Return the declared columns with their types."""
        import pyarrow as pa

        return pa.schema([(element.name, element.arrow_type()) for element in self.elements])

    def intake_arrow_schema(self) -> pa.Schema:
        """Return the columns after intake: names, addresses and party ids replaced by keys, provenance added."""
        import pyarrow as pa

        kept = [(element.name, element.arrow_type()) for element in self.elements if element.intake is None]
        return pa.schema([*kept, *((name, getattr(pa, kind)()) for name, kind in _INTAKE_ADDS)])


@lru_cache(maxsize=1)
def load_schema() -> Schema:
    """Return the data set that ships with Passavant, read once.

    Raises:
        BadInput: the file has a mistake; the error names the line.
    """
    return validate(Schema, load_yaml(SCHEMA_FILE))


def intake_arrow_schema() -> pa.Schema:
    """Return the columns that intake writes and clearance reads."""
    return load_schema().intake_arrow_schema()


def _once(kind: str, names: Iterable[str]) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise ValueError(f"{kind} {twice[0]!r} stands twice")


def _known(owner: str, kind: str, named: Iterable[str], known: Iterable[str]) -> None:
    strangers = sorted(set(named) - set(known))
    if strangers:
        raise ValueError(f"{owner}: {kind} {strangers[0]!r} is not listed")


def _unknown(name: str, names: tuple[str, ...]) -> NotFound:
    near = ", ".join(difflib.get_close_matches(name, names, n=3, cutoff=0.5))
    listing: Both = ("`passavant dataset show` lists them", "`passavant dataset show` en donne la liste")
    nearest: Both = (f"Nearest names: {near}", f"Noms les plus proches : {near}")
    return NotFound(
        "dataset.element.unknown",
        got=(f"the data set has no element {name!r}", f"le jeu de données n'a pas d'élément « {name} »"),
        expected=("the column name of an element", "le nom de colonne d'un élément"),
        next_step=nearest if near else listing,
    )
