"""The files from which an explanation is read, held against those that the sealed manifest lists.

An explanation shows columns that no leaf holds, and reads every file of a name such as ``items*.parquet``: a file changed,
taken away or added would be shown as if it had been sealed.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from passavant.clearance.lookup import TABLES
from passavant.errors import BadInput, Place
from passavant.lake import file_sha256
from passavant.sealing.verification import NotSealed
from passavant.texts.file_faults import fault_of

__all__ = ["altered", "check_files"]


def check_files(out: Path, manifest: Mapping[str, Any]) -> None:
    """Check that the files of a run are those that its manifest lists: no table added, none missing, none changed.

    Args:
        out: The run's folder.
        manifest: Its manifest, of which one knows that it was sealed.

    Raises:
        NotSealed: they are not; the message names the file.
        BadInput: a file cannot be read.
    """
    # The snapshot is what earlier parcels were; the answer names its digest, and nothing of it is shown.
    listed = {name: told for name, told in manifest["files"].items() if not name.startswith("snapshot/")}
    for name in sorted({path.name for pattern in TABLES for path in out.glob(pattern)} - listed.keys()):
        raise altered(
            f"a file {name} that the sealed manifest does not list",
            f"un fichier {name} que le manifeste scellé ne cite pas",
            "the files that were sealed, and no other", "les fichiers qui ont été scellés, et aucun autre",
        )  # fmt: skip
    for name, told in listed.items():
        if not (out / name).is_file():
            raise altered(
                f"no file {name}, which the sealed manifest lists",
                f"aucun fichier {name}, que le manifeste scellé cite",
                f"the sealed file, sha-256:{told['sha256']}", f"le fichier scellé, sha-256:{told['sha256']}",
            )  # fmt: skip
        found = _sha256(out / name)
        if found != told["sha256"]:
            raise altered(
                f"a file {name} that was changed, sha-256:{found}", f"un fichier {name} modifié, sha-256:{found}",
                f"the sealed file, sha-256:{told['sha256']}", f"le fichier scellé, sha-256:{told['sha256']}",
            )  # fmt: skip


def altered(got: str, got_fr: str, expected: str, expected_fr: str) -> NotSealed:
    """Return the error of a run that is no longer what was sealed."""
    return NotSealed(
        "clearance.seal.altered",
        got=(got, got_fr),
        expected=(expected, expected_fr),
        next_step=(
            "The files of the run were changed after they were sealed: restore them, and find out who did it.",
            "Les fichiers du traitement ont été modifiés après le scellement : restaurez-les et recherchez l'auteur.",
        ),
    )


def _sha256(path: Path) -> str:
    try:
        return file_sha256(path)
    except OSError as error:
        raise BadInput(
            "clearance.seal.unreadable",
            got=fault_of(error),
            expected=("a file that may be read", "un fichier que l'on peut lire"),
            next_step=("Check the rights of the file.", "Vérifiez les droits d'accès au fichier."),
            place=Place(file=str(path)),
        ) from error
