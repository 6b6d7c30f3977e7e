"""Where the API tells what is asked about a consignment, and takes the answers: as paths, below the portal's own address."""

from __future__ import annotations

from urllib.parse import quote

__all__ = ["answers_path", "requests_path"]


def requests_path(consignment_id: str) -> str:
    """Return where what is asked is read."""
    return f"{_consignment(consignment_id)}/requests"


def answers_path(consignment_id: str) -> str:
    """Return where an answer is sent to."""
    return f"{_consignment(consignment_id)}/answers"


def _consignment(consignment_id: str) -> str:
    return f"/api/v1/declarations/{quote(consignment_id, safe=':/')}"
