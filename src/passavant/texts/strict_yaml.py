"""Read YAML strictly: no duplicate keys, no tags, and every complaint names the file and the line.

A document keeps the line of each of its entries, so that a pydantic validation error can be shown where the
author wrote the mistake. Anchors are allowed; Python tags are not (the loader is PyYAML's safe one).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from passavant.errors import BadInput, Place
from passavant.texts.file_faults import fault_of

__all__ = ["Document", "load_yaml", "parse_yaml", "validate"]

Model = TypeVar("Model", bound=BaseModel)
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc]  # PyYAML has no types
    """The safe loader with YAML 1.2's scalars: NO is a country, 0101 a code and 12:30 a text."""


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"^(?:true|false)$", "tf"),
    ("int", r"^[-+]?(?:0|[1-9][0-9_]*)$", "-+0123456789"),
    ("float", r"^[-+]?(?:0|[1-9][0-9_]*)\.[0-9]+$", "-+0123456789"),
    ("null", r"^(?:~|null|)$", "~n\0"),
    ("timestamp", r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "0123456789"),
):
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), [*_first, ""] if _tag == "null" else [*_first]
    )


class Document:
    """A parsed YAML file: ``data`` as plain Python values, and the line of every path in it."""

    def __init__(self, name: str, data: Any, lines: dict[tuple[str | int, ...], int]) -> None:
        self.name = name
        self.data = data
        self._lines = lines

    def line(self, *path: str | int) -> int:
        """Return the 1-based line of a path, or of its nearest parent that was written."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)

    def place(self, *path: str | int, value: str | None = None) -> Place:
        """Return where a path stands, as errors show it."""
        field = ".".join(str(step) for step in path) or None
        return Place(file=self.name, line=self.line(*path), field=field, value=value)


def load_yaml(path: Path) -> Document:
    """Read one YAML file.

    Raises:
        BadInput: the file cannot be read, is not UTF-8, is not YAML, or repeats a key.
    """
    try:
        return parse_yaml(path.read_text(encoding="utf-8-sig"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        why = fault_of(error)
        raise BadInput(
            "texts.yaml.unreadable",
            got=(f"this file cannot be read: {why.en}", f"fichier illisible : {why.fr}"),
            expected=("a YAML file in UTF-8", "un fichier YAML en UTF-8"),
            next_step=("Check the path and the encoding.", "Vérifiez le chemin et l'encodage."),
            place=Place(file=str(path)),
        ) from error


def parse_yaml(text: str, name: str) -> Document:
    """Parse YAML text; ``name`` is what errors call it. Raises BadInput as :func:`load_yaml` does."""
    lines: dict[tuple[str | int, ...], int] = {}
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        data = _plain(loader, node, (), lines, name) if node is not None else None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error)
        raise BadInput(
            "texts.yaml.syntax",
            got=(f"not valid YAML: {problem}", f"YAML non valide : {problem}"),
            expected=("indented `key: value` lines", "des lignes indentées `clé: valeur`"),
            next_step=("Correct the line and try again.", "Corrigez la ligne et recommencez."),
            place=Place(file=name, line=mark.line + 1 if mark else None),
        ) from error
    except RecursionError:
        raise _endless(name) from None
    finally:
        loader.dispose()
    return Document(name, data, lines)


def validate(model: type[Model], document: Document, *path: str | int) -> Model:
    """Check the document (or the part at ``path``) against a pydantic model.

    Raises:
        BadInput: the first mistake, with its line; further ones are counted.
    """
    part = document.data
    for step in path:
        part = part[step]
    try:
        return model.model_validate(part)
    except ValidationError as error:
        first = error.errors()[0]
        where = (*path, *first["loc"])
        more = len(error.errors()) - 1
        tail_en, tail_fr = (f" ({more} more)", f" ({more} autres)") if more else ("", "")
        raise BadInput(
            "texts.yaml.invalid",
            got=(f"{first['msg']}{tail_en}", f"{_in_french(first)}{tail_fr}"),
            expected=(_expected(first, "en"), _expected(first, "fr")),
            next_step=("Correct the entry and try again.", "Corrigez l'entrée et recommencez."),
            place=document.place(*where, value=_shown(first.get("input"))),
        ) from error


def _endless(name: str) -> BadInput:
    return BadInput(
        "texts.yaml.endless",
        got=(
            "entries nested without end: an alias inside its own anchor, or far too many levels",
            "des entrées imbriquées sans fin : un alias dans sa propre ancre, ou bien trop de niveaux",
        ),
        expected=("a file of a few levels", "un fichier de quelques niveaux"),
        next_step=("Write the value out instead of the alias.", "Écrivez la valeur au lieu de l'alias."),
        place=Place(file=name),
    )


def _in_french(error: Any) -> str:
    known = {
        "missing": "clé obligatoire absente",
        "extra_forbidden": "clé inconnue",
        "literal_error": "valeur hors de la liste",
    }
    return known.get(error["type"], f"valeur refusée ({error['msg']})")


def _expected(error: Any, language: str) -> str:
    kind = error["type"]
    if kind == "extra_forbidden":
        return "a known key" if language == "en" else "une clé connue"
    if kind == "missing":
        return f"the key {error['loc'][-1]!r}" if language == "en" else f"la clé {error['loc'][-1]!r}"
    return "a valid value" if language == "en" else "une valeur valide"


def _shown(value: Any) -> str | None:
    return None if value is None or isinstance(value, dict | list) else str(value)


def _plain(loader: Any, node: Any, path: tuple[str | int, ...], lines: dict[Any, int], name: str) -> Any:
    lines.setdefault(path, node.start_mark.line + 1)
    if not node.tag.startswith("tag:yaml.org,2002:") or node.tag.startswith("tag:yaml.org,2002:python"):
        raise BadInput(
            "texts.yaml.tag",
            got=(f"the tag {node.tag}", f"l'étiquette {node.tag}"),
            expected=(
                "plain values: texts, numbers, dates, lists, mappings",
                "des valeurs simples : textes, nombres, dates, listes, tables",
            ),
            next_step=("Remove the tag.", "Retirez l'étiquette."),
            place=Place(file=name, line=node.start_mark.line + 1),
        )
    if isinstance(node, yaml.MappingNode):
        return _mapping(loader, node, path, lines, name)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(loader, item, (*path, index), lines, name) for index, item in enumerate(node.value)]
    return loader.construct_object(node, deep=True)


def _mapping(loader: Any, node: Any, path: tuple[str | int, ...], lines: dict[Any, int], name: str) -> dict[Any, Any]:
    result: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        line = key_node.start_mark.line + 1
        if key in result:
            raise BadInput(
                "texts.yaml.duplicate_key",
                got=(f"the key {key!r} stands twice", f"la clé {key!r} figure deux fois"),
                expected=("each key once", "chaque clé une seule fois"),
                next_step=("Remove or rename one of them.", "Supprimez ou renommez l'une des deux."),
                place=Place(file=name, line=line, field=".".join(str(step) for step in (*path, key))),
            )
        lines[(*path, key)] = line
        result[key] = _plain(loader, value_node, (*path, key), lines, name)
    return result
