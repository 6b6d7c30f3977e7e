"""The manifest of a run: what went in, what came out, and the digests that the answer depends on."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from passavant.errors import BadInput, Place

__all__ = ["file_sha256", "read_manifest", "write_manifest"]

_THREADS = 2


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_manifest(folder: Path, content: dict[str, Any]) -> dict[str, Any]:
    """Write ``manifest.json``, adding the size and SHA-256 of every other file of the run; return what was written."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "manifest.json"]
    with ThreadPoolExecutor(_THREADS) as pool:
        digests = pool.map(file_sha256, paths)
        files = {
            str(path.relative_to(folder)): {"bytes": path.stat().st_size, "sha256": digest}
            for path, digest in zip(paths, digests, strict=True)
        }
    whole = content | {"files": files}
    text = json.dumps(whole, indent=2, ensure_ascii=False, default=str)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")
    return whole


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read a run's manifest.

    Raises:
        BadInput: the folder is no finished run.
    """
    path = folder / "manifest.json"
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(
            "lake.run.absent",
            got=(f"{folder} holds no finished run", f"{folder} ne contient aucun traitement terminé"),
            expected=("a folder written by `passavant clear -o OUT`", "un dossier écrit par `passavant clear -o OUT`"),
            next_step=("Check the path.", "Vérifiez le chemin."),
            place=Place(file=str(path)),
        ) from error
    return content
