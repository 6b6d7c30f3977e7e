"""Read YAML strictly: no duplicate keys, no tags, and every complaint names the file and the line.

A document keeps the line of each of its entries, so that a pydantic validation error can be shown where the
author wrote the mistake. Anchors are allowed; Python tags are not (the loader is PyYAML's safe one).
"""

from __future__ import annotations

import difflib
import re
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError

from passavant.errors import BadInput, Both, Place
from passavant.texts.bilingual import plural
from passavant.texts.file_faults import fault_of
from passavant.texts.refused import refused

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
            got=(
                f"not valid YAML: {problem}",
                f"ce n'est pas du YAML valide (message de l'analyseur, en anglais : {problem})",
            ),
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
        raise _invalid(error, model, document, path) from error


def _invalid(
    error: ValidationError, model: type[BaseModel], document: Document, path: tuple[str | int, ...]
) -> BadInput:
    """Return the mistake to mend first: an unknown key (a typo makes another one missing), else missing keys together."""
    errors = error.errors()
    first = next((one for one in errors if one["type"] == "extra_forbidden"), errors[0])
    place = document.place(*path, *first["loc"], value=_shown(first.get("input")))
    more = len(errors) - 1
    tail_en, tail_fr = (f" ({more} more)", f" ({more} {plural(more, 'autre')})") if more else ("", "")
    (got_en, got_fr), expected = refused(first)
    got = (f"{got_en}{tail_en}", f"{got_fr}{tail_fr}")
    if first["type"] == "extra_forbidden":
        got, expected = _unknown_key(first["loc"], model)
    elif first["type"] == "missing":
        inside = first["loc"][:-1]
        names = [str(one["loc"][-1]) for one in errors if one["type"] == "missing" and one["loc"][:-1] == inside]
        shown = ", ".join(names)
        got = (f"Field required: {shown}", f"clé obligatoire absente : {shown}")
        expected = ("each of these keys", "chacune de ces clés")
    return BadInput(
        "texts.yaml.invalid",
        got=got,
        expected=expected,
        next_step=("Correct the entry and try again.", "Corrigez l'entrée et recommencez."),
        place=place,
    )


def _unknown_key(where: tuple[str | int, ...], model: Any) -> tuple[Both, Both]:
    key, known = str(where[-1]), _keys(model, where[:-1])
    near = ", ".join(difflib.get_close_matches(key, known, n=3))
    listed = ", ".join(known) or "—"
    expected = (f"did you mean {near}?", f"vouliez-vous écrire {near} ?")
    return (
        (f"unknown key {key!r}", f"clé inconnue {key!r}"),
        expected if near else (f"one of {listed}", f"l'une des clés {listed}"),
    )


def _keys(kind: Any, where: tuple[str | int, ...]) -> list[str]:
    """Return the keys that a model knows at a path, as files write them."""
    models = _models(kind)
    for step in where:
        inside = (model.model_fields.values() for model in models)
        fields = [field for group in inside for field in group if step in (field.alias, *_names_of(field, models))]
        models = [found for field in fields for found in _models(field.annotation)] or models
    return sorted({field.alias or name for model in models for name, field in model.model_fields.items()})


def _names_of(field: Any, models: list[Any]) -> list[str]:
    return [name for model in models for name, one in model.model_fields.items() if one is field]


def _models(kind: Any) -> list[Any]:
    """Return the pydantic models that a type is made of: of ``dict[str, list[Rule]] | None`` it is Rule."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return [kind]
    return [found for part in get_args(kind) for found in _models(part)]


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
