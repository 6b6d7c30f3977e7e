"""The cells of one JSON record, read by Python: where the engine's reading is not exact, and where it finds no JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

__all__ = ["Digits", "as_text", "at", "exact_json", "json_object", "legible"]


class Digits(str):
    """A number, as it is written."""

    __slots__ = ()


def exact_json(text: str) -> Any:
    """Return a JSON value with its numbers as they are written; of a name that stands twice, the first value.

    Raises:
        ValueError: it is not JSON.
        RecursionError: it is nested too deep.
    """
    return json.loads(text, parse_float=Digits, parse_int=Digits, object_pairs_hook=_first_of_each)


def json_object(text: str) -> dict[str, Any]:
    """Return a JSON object as a dictionary, empty when the text is anything else or nested without end."""
    try:
        value = exact_json(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def at(record: Any, name: str) -> Any:
    """Return what stands under a name, or at a pointer such as ``/buyer/name``; None when nothing does."""
    steps = name[1:].split("/") if name.startswith("/") else [name]
    for step in steps:
        step = step.replace("~1", "/").replace("~0", "~") if name.startswith("/") else step
        record = record.get(step) if isinstance(record, dict) else None
    return record


def as_text(value: Any) -> str | None:
    """Return a value as the engine gives it: texts as they are, the rest as JSON."""
    if value is None or isinstance(value, str):
        return value
    return _written(value)


def _written(value: Any) -> str:
    if isinstance(value, Digits):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{_written(name)}:{_written(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_written, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _first_of_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        found.setdefault(name, value)
    return found


def legible(raw: bytes, keys: Sequence[str]) -> dict[str, str]:
    """Return the key cells that can be read in a record which is no JSON, or no text: damaged, cut short.

    A name that stands there with two different values says nothing.
    """
    text = raw.decode("utf-8", "replace")
    record = json_object(text)
    found = {name: _scalar(at(record, name)) or _searched(text, name) for name in keys}
    return {name: cell.encode("utf-8", "replace").decode() for name, cell in found.items() if cell is not None}


def _scalar(value: Any) -> str | None:
    return None if isinstance(value, dict | list) else as_text(value)


def _searched(text: str, name: str) -> str | None:
    """Look for ``"name": value`` anywhere in a text, whole values only."""
    if name.startswith("/"):
        return None
    found = re.findall(re.escape(json.dumps(name)) + r'\s*:\s*("(?:[^"\\]|\\.)*"|[^\s"{}\[\],]+(?=[\s,}\]]))', text)
    cells = {_scalar(_value(one)) for one in found}
    return cells.pop() if len(cells) == 1 else None


def _value(written: str) -> Any:
    try:
        return exact_json(written)
    except ValueError:
        return None
