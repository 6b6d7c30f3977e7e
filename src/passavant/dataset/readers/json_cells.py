"""The cells of one JSON record, read by Python: where the engine's reading is not exact, and where it finds no JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

__all__ = ["as_text", "at", "json_object", "legible"]


def json_object(text: str) -> dict[str, Any]:
    """Return a JSON object as a dictionary, empty when the text is anything else or nested without end."""
    try:
        value = json.loads(text, parse_float=str, parse_int=str)
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
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


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
        return json.loads(written, parse_float=str, parse_int=str)
    except ValueError:
        return None
