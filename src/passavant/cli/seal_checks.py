"""What `passavant seal` refuses before anything goes to the log: options that do not fit, receipts that would be lost."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from passavant.errors import BadInput, PassavantError, Place

if TYPE_CHECKING:
    from passavant.sealing import SigningKey
    from passavant.sealing.desk import Document, LocalDesk, RemoteDesk

__all__ = [
    "check_attachable",
    "check_revoked",
    "check_names",
    "check_options",
    "check_receipts",
    "is_run",
    "make_out",
    "past_day",
]

_MANIFEST = "manifest.json"
_MOST_ASKED = 100
_ENDED = {"revoked": "révoqué", "superseded": "remplacé"}


def is_run(file: Path) -> bool:
    """Return whether a file is a run of `clear`: its folder, or the manifest in it."""
    return file.is_dir() or (file.name == _MANIFEST and any(file.parent.glob("decisions*.parquet")))


def check_options(files: Sequence[Path], revoke: str, new: Collection[str], out: Path | None) -> None:
    """Refuse options that do not go together.

    Args:
        files: What is to be sealed or revoked.
        revoke: The reason of a revocation, or empty.
        new: Options given that belong to a new seal of a document.
        out: The folder for receipts, where one is named.

    Raises:
        BadInput: some do not.
    """
    from passavant.sealing.statements import REASONS

    names = ", ".join(sorted(new))
    if revoke and revoke not in REASONS:
        raise _refused(
            "--revoke",
            (f"the reason {revoke}", f"le motif {revoke}"),
            (", ".join(REASONS), "; ".join(f"{code} ({text.fr})" for code, text in REASONS.items())),
            ("Name one of these reasons.", "Indiquez l'un de ces motifs."),
        )
    if revoke and new:
        raise _refused(
            "--revoke",
            (f"--revoke with {names}", f"--revoke avec {names}"),
            ("--revoke REASON and the files alone", "--revoke MOTIF et les fichiers seuls"),
            (f"Leave {names} out.", f"Retirez {names}."),
        )
    if "--supersedes" in new and len(files) != 1:
        raise _refused(
            "--supersedes",
            (f"--supersedes with {len(files)} files", f"--supersedes avec {len(files)} fichiers"),
            ("one file that replaces one", "un fichier qui en remplace un"),
            ("Seal them one by one.", "Scellez-les un à un."),
        )
    run = next((file for file in files if is_run(file)), None)
    if run is None:
        return
    if run.is_dir() and not (run / _MANIFEST).exists():
        raise _no_run(run)
    if (new or out is not None) and not revoke:
        given = ", ".join(sorted([*new, *(["-o"] if out else [])]))
        raise _refused(
            "FILE",
            (f"{given} for a run of clear", f"{given} pour un traitement de clear"),
            ("the folder of the run alone: its receipt lies in it", "le dossier du traitement seul : son reçu y reste"),
            (f"Run: passavant seal {run}", f"Lancez : passavant seal {run}"),
        )


def check_names(files: Sequence[Path], out: Path | None) -> None:
    """Refuse two documents whose receipts would be the same file: the second would replace the first.

    Raises:
        BadInput: there are two.
    """
    seen: dict[Path, Path] = {}
    for file in files:
        target = (out or file.parent) / file.name
        if (other := seen.setdefault(target, file)) is not file and not is_run(file):
            raise _refused(
                "FILE",
                (f"{other} and {file}, whose receipts would be one file", f"{other} et {file}, dont les reçus seraient un seul fichier"),
                ("a name of its own for each", "un nom propre à chacun"),
                (
                    "Name each once; seal those of the same name one by one, each with its own -o DIR.",
                    "Nommez chacun une fois ; scellez un à un ceux de même nom, chacun avec son -o DIR.",
                ),
            )  # fmt: skip


def check_receipts(documents: Sequence[Document], key: SigningKey, out: Path | None, *, salted: bool) -> None:
    """Refuse to write over another issuer's receipt, and over one that holds the salt of another seal: nobody else has it.

    Args:
        documents: What is to be sealed.
        key: The issuer's key.
        out: The folder for receipts, where one is named.
        salted: Whether the digests are to be salted.

    Raises:
        BadInput: there is one, or the file is no receipt at all.
    """
    from passavant.sealing.carriers import sidecar_of
    from passavant.sealing.desk import salt_of
    from passavant.sealing.receipts import Receipt

    for one in documents:
        target = sidecar_of((out or one.path.parent) / one.path.name)
        if not target.is_file():
            continue
        try:
            before = Receipt.parse(target.read_text(encoding="utf-8"))
            said = before.entry.statement
        except (PassavantError, UnicodeDecodeError) as error:
            raise _occupied(target, "something that is no receipt", "autre chose qu'un reçu") from error
        if said.issuer != key.name and said.digest == before.digest_of(one.sha256):
            raise _occupied(target, f"the receipt of {said.issuer}", f"le reçu de {said.issuer}")
        if before.salt is not None and not (salted and before.salt == salt_of(key, one.sha256)):
            raise _occupied(target, "the salt of another seal", "le secret d'un autre scellé")


def check_revoked(documents: Sequence[Document], key: SigningKey, desk: LocalDesk | RemoteDesk) -> None:
    """Refuse documents whose seal the issuer took back, in whichever form: a log sees that of the same form alone.

    A server is asked for a hundred documents at most; for more, the log's own check must do.

    Raises:
        BadInput: one was revoked or replaced.
    """
    from passavant.sealing.desk import RemoteDesk, own_seals

    if isinstance(desk, RemoteDesk) and len(documents) > _MOST_ASKED:
        return
    for one in documents:
        for seal in own_seals(one.sha256, key, desk).values():
            if seal["status"] in ("revoked", "superseded"):
                raise _refused(
                    str(one.path),
                    (f"a document whose seal, entry {seal['index']}, is {seal['status']}", f"un document dont le scellé, inscription {seal['index']}, est {_ENDED[seal['status']]}"),
                    ("a document whose seal was not taken back", "un document dont le scellé n'a pas été retiré"),
                    ("Issue a new document and seal that; a run: clear again.", "Délivrez un nouveau document et scellez-le ; un traitement : refaites-le."),
                )  # fmt: skip


def check_attachable(documents: Sequence[Document]) -> None:
    """Refuse documents to which no receipt can be attached, before they are sealed.

    Raises:
        BadInput: one is no PDF, or one that must not be extended.
    """
    from passavant.sealing.carriers.pdf import check_attachable as check

    for one in documents:
        try:
            check(one.path.read_bytes())
        except BadInput as error:
            error.place = error.place or Place(file=str(one.path))
            raise


def make_out(out: Path | None) -> None:
    """Make the folder for receipts before anything is sealed.

    Raises:
        BadInput: it cannot be made.
    """
    from passavant.texts.file_faults import fault_of

    try:
        if out is not None:
            out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _refused(
            "-o",
            (f"{out}, where no folder can be: {fault_of(error).en}", f"{out}, où aucun dossier ne peut être : {fault_of(error).fr}"),
            ("a folder, or a name for one", "un dossier, ou un nom pour en créer un"),
            ("Name another with -o DIR.", "Indiquez-en un autre par -o DIR."),
        ) from error  # fmt: skip


def past_day(day: str) -> BadInput:
    """Return the error of a last day that is past."""
    return _refused(
        "--valid-until",
        (f"the day {day}, which is past", f"le jour {day}, qui est passé"),
        ("today or a day to come", "aujourd'hui ou un jour à venir"),
        ("Correct the day; a document that has expired needs no seal.", "Corrigez le jour ; un document périmé n'a pas besoin de scellé."),
    )  # fmt: skip


def _occupied(target: Path, what: str, what_fr: str) -> BadInput:
    return BadInput(
        "cli.seal.receipt",
        got=(f"{target.name} holds {what}", f"{target.name} contient {what_fr}"),
        expected=("no file there, or a receipt that can be had again", "aucun fichier, ou un reçu que l'on peut redemander"),
        next_step=(
            "Move it to a safe place first, or name another folder with -o DIR; if this very document was sealed with --salted, say --salted again.",
            "Mettez-le d'abord en lieu sûr, ou indiquez un autre dossier par -o DIR ; si ce document même a été scellé avec --salted, redites --salted.",
        ),
        place=Place(file=str(target)),
    )  # fmt: skip


def _no_run(folder: Path) -> BadInput:
    return _refused(
        str(folder),
        ("a folder that holds no run of clear", "un dossier sans traitement de clear"),
        ("documents, or the folder of a run", "des documents, ou le dossier d'un traitement"),
        (
            f"To seal the documents in it: passavant seal {folder}/*",
            f"Pour sceller les documents qu'il contient : passavant seal {folder}/*",
        ),
    )


def _refused(where: str, got: tuple[str, str], expected: tuple[str, str], next_step: tuple[str, str]) -> BadInput:
    place = Place(field=where) if where == "FILE" or where.startswith("-") else Place(file=where)
    return BadInput("cli.seal.refused", got=got, expected=expected, next_step=next_step, place=place)
