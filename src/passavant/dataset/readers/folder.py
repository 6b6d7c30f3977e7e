"""What a folder holds: the files to read, and a notice for each that is left aside.

Passavant's own files lie beside declarations: the truth of a generated day, the results of an earlier run. They are
recognised by their metadata or their columns, and never read as declarations.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from passavant.texts import Text, plural

__all__ = ["BESIDE_MARK", "KINDS", "not_declarations", "search_folder"]

#: Parquet metadata of a file that lies beside declarations and holds none; the value says what it is.
BESIDE_MARK = b"passavant.beside"

#: The kinds of file that are read in a folder, whatever the case of their names.
KINDS = ".csv, .tsv, .txt, .json, .jsonl, .ndjson, .parquet, .pq"

_SUFFIXES = frozenset(KINDS.split(", "))
_NAMED = 20  # files left aside that are named one by one
_BESIDE = {b"truth": Text("the truth of a generated day", "la vérité d'une journée générée")}
_RESULT = Text("a result of an earlier run", "un résultat d'un passage antérieur")
_RUN = Text("the folder of an earlier run", "le dossier d'un passage antérieur")
#: Columns by which the results of a run are known.
_RESULT_COLUMNS = ({"decision_id", "outcome", "lane"}, {"reason_mask_0", "category"}, {"raw_ref", "errors"})


def search_folder(folder: Path) -> tuple[list[Path], list[Text]]:
    """Return the input files in a folder and its sub-folders, sorted, and a notice for each file left aside."""
    hidden: list[Path] = []
    aside: list[tuple[Path, Text]] = []
    if _is_run(folder):
        return [], list(_told(folder, [(folder, _RUN)]))
    files = sorted(_walk(folder, hidden, aside))
    notices = list(_told(folder, aside))
    if hidden:
        names = ", ".join(str(one.relative_to(folder)) for one in sorted(hidden)[:_NAMED])
        notices.append(
            Text(
                f"{folder}: {len(hidden)} files or folders that begin with . or _ were skipped: {names}",
                f"{folder} : {len(hidden)} fichiers ou dossiers commençant par . ou _ ont été sautés : {names}",
            )
        )
    return files, notices


def not_declarations(path: Path) -> Text | None:
    """Return what a Parquet file is when Passavant wrote it and it holds no declarations, else None."""
    if _suffix(path) not in (".parquet", ".pq") or path.suffix.lower() == ".gz":
        return None
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        schema = pq.read_schema(path)
    except (pa.ArrowException, OSError):
        return None  # its reader says what is wrong with it
    beside = (schema.metadata or {}).get(BESIDE_MARK)
    if beside is not None:
        return _BESIDE.get(beside, _RESULT)
    names = set(schema.names)
    return _RESULT if any(columns <= names for columns in _RESULT_COLUMNS) else None


def _walk(folder: Path, hidden: list[Path], aside: list[tuple[Path, Text]]) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name[0] in "._":
            hidden.append(path)
        elif path.is_dir():
            if _is_run(path):
                aside.append((path, _RUN))
            elif not path.is_symlink():
                yield from _walk(path, hidden, aside)
        else:
            kind = _left_aside(path)
            if kind is None:
                yield path
            else:
                aside.append((path, kind))


def _left_aside(path: Path) -> Text | None:
    if _suffix(path) not in _SUFFIXES:
        return Text(f"not of a kind that is read ({KINDS})", f"d'un type qui n'est pas lu ({KINDS})")
    return not_declarations(path)


def _is_run(folder: Path) -> bool:
    """Return whether a folder is what a run wrote: its manifest says so."""
    try:
        with (folder / "manifest.json").open("rb") as file:
            return b'"run_id"' in file.read(4096)
    except OSError:
        return False


def _suffix(path: Path) -> str:
    name = Path(path.name.lower())
    return Path(name.stem).suffix if name.suffix == ".gz" else name.suffix


def _told(folder: Path, aside: Iterable[tuple[Path, Text]]) -> Iterator[Text]:
    listed = list(aside)
    for path, kind in listed[:_NAMED]:
        name = path.relative_to(folder.parent)
        yield Text(f"{name} was left aside: {kind.en}", f"{name} a été laissé de côté : {kind.fr}")
    if len(listed) > _NAMED:
        more = len(listed) - _NAMED
        yield Text(
            f"{folder}: {more} more {plural(more, 'was', 'were')} left aside",
            f"{folder} : {more} {plural(more, 'autre a été laissé', 'autres ont été laissés')} de côté",
        )
