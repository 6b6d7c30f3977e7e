"""Which files an input names, what format each is in, and the reader that fits."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from passavant.dataset.readers.source import STDIN, ByteSource
from passavant.errors import BadInput, Both, Place

__all__ = ["Format", "find_inputs", "input_names", "sniff", "spooled"]

Format = Literal["csv", "json", "json_lines", "parquet"]

_IN_FOLDER = ("*.csv", "*.csv.gz", "*.jsonl", "*.parquet")
_BY_SUFFIX: dict[str, Format] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".jsonl": "json_lines",
    ".ndjson": "json_lines",
    ".parquet": "parquet",
    ".pq": "parquet",
}
_FOREIGN = (
    (b"PK\x03\x04", ("a spreadsheet or a zip archive", "un classeur ou une archive zip")),
    (b"\xd0\xcf\x11\xe0", ("an old Excel workbook", "un ancien classeur Excel")),
    (b"%PDF", ("a PDF document", "un document PDF")),
    (b"BZh", ("a bzip2 archive", "une archive bzip2")),
    (b"\xfd7zXZ", ("an xz archive", "une archive xz")),
    (b"\x28\xb5\x2f\xfd", ("a zstd archive", "une archive zstd")),
)


def find_inputs(inputs: Sequence[str | Path] | str) -> list[str | Path]:
    """Return the files that the inputs name, folders opened (sorted, not their subfolders); ``-`` stays as it is.

    Raises:
        BadInput: a path does not exist.
        BadInput: nothing was named, or a folder holds no file of a known kind.
    """
    named = [inputs] if isinstance(inputs, str | Path) else list(inputs)
    found = [file for one in named for file in _files(one)]
    if not found:
        raise _no_files("", ("no input was named", "aucune entrée n'est indiquée"))
    return found


def input_names(files: Sequence[str | Path]) -> list[str]:
    """Return how each file is called in the results: its name, or its path where two files share a name."""
    names = [Path(file).name for file in files]
    return [name if names.count(name) == 1 else str(file) for name, file in zip(names, files, strict=True)]


def sniff(source: ByteSource) -> Format:
    """Return the format of an input, from its name and its first bytes.

    Raises:
        BadInput: the file is of a kind that cannot be read, or says Parquet in its name and is none.
    """
    head = source.head
    for magic, kind in _FOREIGN:
        if head.startswith(magic):
            raise _foreign(source.name, kind)
    if head.startswith(b"PAR1"):
        return "parquet"
    suffix = _suffix(source.name)
    if suffix == ".json":
        return "json_lines" if _one_per_line(head) else "json"
    known = _BY_SUFFIX.get(suffix)
    if known == "parquet":
        raise _foreign(source.name, ("something else than Parquet", "autre chose que du Parquet"))
    return known or _by_content(head)


def spooled(source: ByteSource, work: Path) -> Path:
    """Copy what comes from standard input to a file, for a reader that must jump about in it."""
    work.mkdir(parents=True, exist_ok=True)
    target = work / "standard-input.parquet"
    with target.open("wb") as file:
        shutil.copyfileobj(_Blocks(source), file)
    return target


class _Blocks:
    """The content of a source as a file that is read."""

    def __init__(self, source: ByteSource) -> None:
        self._blocks = source.raw_blocks()

    def read(self, _size: int = -1) -> bytes:
        return next(self._blocks, b"")


def _files(one: str | Path) -> list[str | Path]:
    if str(one) == STDIN:
        return [STDIN]
    path = Path(one)
    if not path.exists():
        raise BadInput(
            "dataset.reader.no_such_file",
            got=(f"there is no file or folder {str(one)!r}", f"il n'y a ni fichier ni dossier {str(one)!r}"),
            expected=("an existing path, or - for standard input", "un chemin existant, ou - pour l'entrée standard"),
            next_step=("Check the path.", "Vérifiez le chemin."),
            place=Place(file=str(one)),
        )
    if not path.is_dir():
        return [path]
    found = sorted({file for pattern in _IN_FOLDER for file in path.glob(pattern) if file.name[0] not in "._"})
    if not found:
        raise _no_files(str(path), ("the folder holds no input file", "le dossier ne contient aucun fichier d'entrée"))
    return list(found)


def _suffix(name: str) -> str:
    path = Path(name.lower())
    return Path(path.stem).suffix if path.suffix == ".gz" else path.suffix


def _one_per_line(head: bytes) -> bool:
    """Return whether the first line is a whole object and something follows it."""
    first, _, rest = head.lstrip(b"\xef\xbb\xbf \t\r\n").partition(b"\n")
    return first.startswith(b"{") and first.rstrip().endswith(b"}") and bool(rest.strip())


def _by_content(head: bytes) -> Format:
    bare = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if re.match(rb"\[\s*(?:[{\]]|\Z)", bare):
        return "json"
    return "json_lines" if re.match(rb'\{\s*(?:["}]|\Z)', bare) else "csv"


def _no_files(place: str, got: Both) -> BadInput:
    return BadInput(
        "dataset.reader.no_files",
        got=got,
        expected=(
            "at least one .csv, .csv.gz, .jsonl or .parquet file",
            "au moins un fichier .csv, .csv.gz, .jsonl ou .parquet",
        ),
        next_step=(
            "Name a file, a folder that holds some, or -.",
            "Indiquez un fichier, un dossier qui en contient, ou -.",
        ),
        place=Place(file=place) if place else None,
    )


def _foreign(name: str, kind: Both) -> BadInput:
    return BadInput(
        "dataset.reader.unknown_format",
        got=(f"the file is {kind[0]}", f"le fichier est {kind[1]}"),
        expected=(
            "CSV, JSON lines, a JSON array or Parquet; CSV and JSON may be packed with gzip",
            "du CSV, des lignes JSON, un tableau JSON ou du Parquet ; CSV et JSON peuvent être compressés par gzip",
        ),
        next_step=(
            "Save a spreadsheet as CSV UTF-8; unpack an archive first.",
            "Enregistrez un classeur en CSV UTF-8 ; décompressez d'abord une archive.",
        ),
        place=Place(file=name),
    )
