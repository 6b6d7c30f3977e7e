"""Which files an input names, what format each is in, and the reader that fits."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from passavant.dataset.readers.folder import KINDS, not_declarations, search_folder
from passavant.dataset.readers.source import STDIN, ByteSource
from passavant.errors import BadInput, Both, Place
from passavant.texts import Text

__all__ = ["Format", "Found", "find_inputs", "input_names", "search_inputs", "sniff", "spooled"]

Format = Literal["csv", "json", "json_lines", "parquet"]

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


@dataclass(frozen=True)
class Found:
    """The files to read, and what the user should know of those that were left aside."""

    files: list[str | Path]
    notices: list[Text]


def search_inputs(inputs: Sequence[str | Path] | str) -> Found:
    """Return the files that the inputs name: folders opened, sub-folders too, each sorted; ``-`` stays as it is.

    Raises:
        BadInput: a path does not exist, or is a file that holds no declarations.
        BadInput: nothing was named, or a folder holds no file of a known kind.
    """
    named = [inputs] if isinstance(inputs, str | Path) else list(inputs)
    found = [_found(one) for one in named]
    if not found:
        raise _no_files("", ("no input was named", "aucune entrée n'est indiquée"))
    return Found([file for one in found for file in one.files], [text for one in found for text in one.notices])


def find_inputs(inputs: Sequence[str | Path] | str) -> list[str | Path]:
    """Return the files of :func:`search_inputs`."""
    return search_inputs(inputs).files


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
    """Copy what comes packed or from standard input to a file, for a reader that must jump about in it."""
    work.mkdir(parents=True, exist_ok=True)
    name = "standard-input" if source.path is None else hashlib.sha256(source.name.encode()).hexdigest()[:16]
    target = work / f"{name}.parquet"
    try:
        with target.open("wb") as file:
            shutil.copyfileobj(_Blocks(source), file)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return target


class _Blocks:
    """The content of a source as a file that is read."""

    def __init__(self, source: ByteSource) -> None:
        self._blocks = source.raw_blocks()

    def read(self, _size: int = -1) -> bytes:
        return next(self._blocks, b"")


def _found(one: str | Path) -> Found:
    if str(one) == STDIN:
        return Found([STDIN], [])
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
        kind = not_declarations(path)
        if kind is not None:
            raise _not_declarations(path, kind)
        return Found([path], [])
    files, notices = search_folder(path)
    if not files:
        seen = "; ".join(one.en for one in notices), " ; ".join(one.fr for one in notices)
        en, fr = (f" ({seen[0]})", f" ({seen[1]})") if notices else ("", "")
        raise _no_files(
            str(path), (f"the folder holds no input file{en}", f"le dossier ne contient aucun fichier d'entrée{fr}")
        )
    return Found(list(files), notices)


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
            f"at least one file of a known kind ({KINDS}; each also .gz)",
            f"au moins un fichier d'un type connu ({KINDS} ; chacun aussi en .gz)",
        ),
        next_step=(
            "Name a file, a folder that holds some, or -.",
            "Indiquez un fichier, un dossier qui en contient, ou -.",
        ),
        place=Place(file=place) if place else None,
    )


def _not_declarations(path: Path, kind: Text) -> BadInput:
    return BadInput(
        "dataset.reader.not_declarations",
        got=(f"the file is {kind.en}", f"le fichier est {kind.fr}"),
        expected=("declarations", "des déclarations"),
        next_step=(
            "Name the file of the declarations it belongs to.",
            "Indiquez le fichier des déclarations auquel il se rapporte.",
        ),
        place=Place(file=str(path)),
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
