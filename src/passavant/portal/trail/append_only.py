"""Triggers by which the database itself refuses to change or delete an entry of the trail.

On PostgreSQL, take UPDATE, DELETE and TRUNCATE from the portal's account as well: whoever owns a table can drop its triggers.
"""

from __future__ import annotations

from typing import Any

__all__ = ["guard", "removals", "unguard"]

_TABLE = "trail_logentry"
_SQLITE = [
    f"CREATE TRIGGER {_TABLE}_no_{verb} BEFORE {verb.upper()} ON {_TABLE} BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END"
    for verb in ("update", "delete")
]
_POSTGRESQL = [
    f"""CREATE OR REPLACE FUNCTION {_TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the trail is append-only'; END $$""",
    f"""CREATE TRIGGER {_TABLE}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {_TABLE}
    FOR EACH STATEMENT EXECUTE FUNCTION {_TABLE}_refuse()""",
]


def guard(editor: Any) -> None:
    """Set the triggers; ``editor`` is Django's schema editor."""
    for statement in _POSTGRESQL if editor.connection.vendor == "postgresql" else _SQLITE:
        editor.execute(statement)


def unguard(editor: Any) -> None:
    """Remove them."""
    for statement in removals(editor.connection.vendor):
        editor.execute(statement)


def removals(vendor: str) -> list[str]:
    """Return the statements that remove them."""
    if vendor == "postgresql":
        return [f"DROP TRIGGER {_TABLE}_append_only ON {_TABLE}"]
    return [f"DROP TRIGGER {_TABLE}_no_{verb}" for verb in ("update", "delete")]
