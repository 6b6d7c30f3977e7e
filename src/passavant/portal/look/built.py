"""What ``make page`` built for the portal's pages: files whose names carry a digest, so that browsers may keep them for ever."""

from __future__ import annotations

import functools
import json
import logging
from pathlib import Path

from django.templatetags.static import static

__all__ = ["FOLDER", "built_address", "is_built"]

#: Where the build puts them; served below ``/static/portal/``.
FOLDER = Path(__file__).resolve().parents[2] / "web" / "static" / "portal"

_log = logging.getLogger(__name__)


def is_built() -> bool:
    """Return whether ``make page`` has been run."""
    return (FOLDER / "files.json").is_file()


def built_address(name: str) -> str:
    """Return the address of a file by the name it has in ``frontend/``: ``portal.css``."""
    return static(f"portal/{_names().get(name, name)}")


@functools.cache
def _names() -> dict[str, str]:
    if not is_built():
        _log.warning("The portal's style is not built: its pages are plain. Next step, in a source tree: make page")
        return {}
    names: dict[str, str] = json.loads((FOLDER / "files.json").read_text(encoding="utf-8"))
    return names
