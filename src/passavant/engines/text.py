"""Texts put together in one step: concatenation and JSON objects.

A chain of ``||`` copies the growing text at every link: fifty links took eighteen times as long as one `concat`. Ibis
writes its own concatenation as such a chain, so that the call has a name of its own here, which the engine replaces.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import ibis

__all__ = ["JOIN_KNOWN", "concat", "json_object"]

#: Name of the call in an expression; each engine puts its own variadic function in its place.
JOIN_KNOWN = "join_known"


def concat(cells: Sequence[Any], separator: str = "") -> Any:
    """Return the cells (Ibis strings or plain texts) joined; each must be known: engines differ on null.

    Args:
        cells: At least one.
        separator: Put between two cells.
    """
    parts: list[Any] = []
    for index, cell in enumerate(cells):
        parts += [separator, cell] if index and separator else [cell]
    return _function(len(parts))(*parts)


def json_object(members: Mapping[str, Any]) -> Any:
    """Return Ibis values as the text of a JSON object, escaped by the engine; what is not known is null."""
    row = ibis.struct(dict(members))

    def to_json(_row: Any) -> Any:
        """Write a value as JSON (a function of the engine)."""

    # The engine has a JSON type of its own, which an aggregate would keep and a cast would parse again.
    return concat([ibis.udf.scalar.builtin(to_json, signature=((row.type(),), "string"))(row), ""])


@cache
def _function(arguments: int) -> Any:
    def call(*_parts: Any) -> Any:
        """Join texts (a function of the engine)."""

    names = [inspect.Parameter(f"part_{number}", inspect.Parameter.POSITIONAL_ONLY) for number in range(arguments)]
    call.__signature__ = inspect.Signature(names)  # type: ignore[attr-defined]  # Ibis reads it
    return ibis.udf.scalar.builtin(call, name=JOIN_KNOWN, signature=(("string",) * arguments, "string"))
