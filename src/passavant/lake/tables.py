"""The tables of a run: one Parquet file each, or several of one kind."""

from __future__ import annotations

from pathlib import Path

from passavant.errors import BadInput, Place

__all__ = ["run_tables"]


def run_tables(folder: Path, kind: str) -> list[Path]:
    """Return the files of a kind of table, such as ``items``, in order.

    Raises:
        BadInput: there is none: the run lost it.
    """
    found = sorted(folder.glob(f"{kind}*.parquet"))
    if not found:
        raise BadInput(
            "lake.run.lost",
            got=(f"no {kind}.parquet", f"pas de {kind}.parquet"),
            expected=("all the files of the run", "tous les fichiers du traitement"),
            next_step=(
                "Restore the folder, or clear the input again.",
                "Restaurez le dossier, ou refaites le traitement.",
            ),
            place=Place(file=str(folder / f"{kind}.parquet")),
        )
    return found
