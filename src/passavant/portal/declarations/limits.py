"""How much a request may hold."""

from __future__ import annotations

from passavant.errors import BadInput, Both, Place

__all__ = ["AT_ONCE", "MOST", "MOST_ITEMS", "too_many", "too_many_items"]

#: Most declarations of a request, most that are answered at once, and most goods items of a request.
MOST, AT_ONCE, MOST_ITEMS = 10_000, 100, 100_000


def too_many(count: int) -> BadInput:
    """Return the refusal of a request with too many declarations."""
    return _refused("too_many", count, MOST, ("declarations", "déclarations"))


def too_many_items(count: int) -> BadInput:
    """Return the refusal of a request with too many goods items."""
    return _refused("too_many_items", count, MOST_ITEMS, ("goods items", "articles"))


def _refused(code: str, count: int, most: int, what: Both) -> BadInput:
    return BadInput(
        f"declarations.body.{code}",
        got=(f"{count} {what[0]}", f"{count} {what[1]}"),
        expected=(f"at most {most} in a request", f"au plus {most} par requête"),
        next_step=("Send them in several requests.", "Envoyez-les en plusieurs requêtes."),
        place=Place(field="body"),
    )
