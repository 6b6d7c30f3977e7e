"""What `passavant seal` does one file at a time: receipts written, runs sealed, seals taken back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from passavant.errors import BadInput, NotFound, PassavantError, Place

if TYPE_CHECKING:
    from passavant.sealing import SigningKey
    from passavant.sealing.desk import Document, LocalDesk, RemoteDesk
    from passavant.sealing.receipts import Receipt

__all__ = ["Done", "revoke_file", "seal_folder", "sealed_as", "write_all"]


@dataclass(frozen=True)
class Done:
    """What was done to a file: the receipt that proves it, and the files written."""

    path: Path
    receipt: Receipt
    written: list[Path] = field(default_factory=list)


def write_all(
    documents: Sequence[Document],
    receipts: Sequence[Receipt],
    out: Path | None,
    done: list[Done],
    *,
    attach: bool,
    qr: bool,
) -> None:
    """Write every receipt, then what else was asked for; what fails does not hold up the others.

    Args:
        documents: What was sealed.
        receipts: Their receipts.
        out: The folder for them, or None: beside each document.
        done: Where to note what was done.
        attach: Whether to attach each to its PDF too.
        qr: Whether to draw each as a QR code too.

    Raises:
        PassavantError: the first failure, once all was tried.
    """
    from passavant.sealing.carriers import sidecar_of, write_receipt

    failures: list[PassavantError] = []
    for document, receipt in zip(documents, receipts, strict=True):
        done.append(one := Done(document.path, receipt))
        target = sidecar_of((out or document.path.parent) / document.path.name)
        with _kept(failures):
            write_receipt(target, receipt.text(), replace=True)
            one.written.append(target)
    for document, one in zip(documents, done[len(done) - len(documents) :], strict=True):
        with _kept(failures):
            one.written.extend(_further(document, one, out or one.path.parent, attach, qr))
    if failures:
        raise failures[0]


def seal_folder(run: Path, key: SigningKey, desk: LocalDesk | RemoteDesk) -> Done:
    """Seal a run of `clear`, named by its folder or its manifest."""
    from passavant.clearance.seal import seal_run
    from passavant.sealing.carriers import sidecar_of

    manifest = _manifest(run)
    return Done(manifest, seal_run(manifest.parent, key, desk), [sidecar_of(manifest)])


def revoke_file(
    file: Path, reason: str, out: Path | None, key: SigningKey, desk: LocalDesk | RemoteDesk
) -> Iterator[tuple[Receipt, list[Path]]]:
    """Revoke every seal that the issuer put on a document, plain and salted; yield each receipt with its file.

    Of one that was revoked before, the receipt of that revocation is written again.

    Raises:
        NotFound: the log knows none.
        BadInput: all were revoked before, for another reason.
    """
    from passavant.sealing.carriers import sidecar_of, write_atomically
    from passavant.sealing.desk import revoke

    file = _manifest(file)
    folder = out or file.parent
    seals = _names(file, key, desk)
    before = {name: seal["revoked"] for name, seal in seals.items() if seal.get("revoked")}
    if len(before) == len(seals) and reason not in (one["reason"] for one in before.values()):
        raise _revoked_before(file, next(iter(before.values())))
    for number, name in enumerate(seals, 1):
        receipt = desk.receipt(int(before[name]["index"])) if name in before else revoke(name, reason, key, desk)
        target = sidecar_of(folder / (f"{file.name}.revoked" if number == 1 else f"{file.name}.revoked-{number}"))
        write_atomically(target, receipt.text().encode())
        yield receipt, [target]


def sealed_as(file: Path, key: SigningKey, desk: LocalDesk | RemoteDesk) -> str:
    """Return the name under which the issuer sealed a document that is to be replaced.

    Raises:
        NotFound: the log knows none.
        BadInput: it was sealed twice, plain and salted; the other seal would go on holding.
    """
    names = _names(_manifest(file), key, desk)
    if len(names) > 1:
        raise BadInput(
            "cli.seal.twice",
            got=(f"{len(names)} seals of {file.name}: {', '.join(names)}", f"{len(names)} scellés de {file.name} : {', '.join(names)}"),
            expected=("one seal to replace", "un seul scellé à remplacer"),
            next_step=("Revoke the old document instead (--revoke), then seal the new one.", "Révoquez plutôt l'ancien document (--revoke), puis scellez le nouveau."),
            place=Place(field="--supersedes"),
        )  # fmt: skip
    return next(iter(names))


def _revoked_before(file: Path, revoked: dict[str, Any]) -> BadInput:
    return BadInput(
        "cli.seal.revoked",
        got=(
            f"{file.name}, revoked already by entry {revoked['index']} ({revoked['reason']})",
            f"{file.name}, déjà révoqué par l'inscription {revoked['index']} ({revoked['reason']})",
        ),
        expected=("one revocation, with its one reason", "une seule révocation, avec son seul motif"),
        next_step=("Nothing is left to do.", "Il n'y a plus rien à faire."),
        place=Place(file=str(file)),
    )


def _manifest(file: Path) -> Path:
    return file / "manifest.json" if file.is_dir() else file


def _names(file: Path, key: SigningKey, desk: LocalDesk | RemoteDesk) -> dict[str, dict[str, Any]]:
    """Return the issuer's seals of a document by name: that of its receipt, and those that the log knows."""
    from passavant.sealing.carriers import find_receipt
    from passavant.sealing.desk import own_seals
    from passavant.sealing.documents import document_sha256
    from passavant.sealing.receipts import Receipt

    sha256, names = document_sha256(file), dict[str, dict[str, Any]]()
    try:
        found = find_receipt(file)
    except NotFound:
        found = None
    if found is not None and found.original is not None:
        sha256 = hashlib.sha256(found.original).digest()
    if found is not None and isinstance(found.content, str):
        receipt = Receipt.parse(found.content)
        said = receipt.entry.statement
        own = said.issuer == key.name and receipt.proof.checkpoint.partition("\n")[0] == desk.origin
        if own and receipt.salt is not None and receipt.digest_of(sha256) == said.digest:
            known = desk.look_up(said.alg, said.digest)
            names.update((said.document, seal) for seal in known if seal["issuer"] == key.name)
    names |= own_seals(sha256, key, desk)
    if not names:
        raise NotFound(
            "sealing.seal.none",
            got=(f"no seal of {file.name} by {key.name} in {desk.origin}", f"aucun scellé de {file.name} par {key.name} dans {desk.origin}"),
            expected=("a document that the same issuer sealed there", "un document que le même émetteur y a scellé"),
            next_step=("Check the document, the issuer and the log.", "Vérifiez le document, l'émetteur et le journal."),
            place=Place(file=str(file)),
        )  # fmt: skip
    return names


def _further(document: Document, one: Done, folder: Path, attach: bool, qr: bool) -> Iterator[Path]:
    from passavant.sealing.carriers import attach_receipt, qr_png, qr_receipt, write_atomically

    if attach:
        target, data = folder / f"{one.path.stem}.sealed.pdf", one.path.read_bytes()
        if hashlib.sha256(data).digest() != document.sha256:
            raise _changed(one.path)
        write_atomically(target, attach_receipt(data, one.receipt.text().encode()))
        yield target
    if qr:
        target = folder / f"{one.path.name}.qr.png"
        write_atomically(target, qr_png(qr_receipt(one.receipt.text()), one.path.name))
        yield target


def _changed(file: Path) -> BadInput:
    return BadInput(
        "cli.seal.changed",
        got=("a file that was changed while it was sealed", "un fichier modifié pendant qu'il était scellé"),
        expected=("the bytes that were sealed", "les octets qui ont été scellés"),
        next_step=("Seal the file as it is now.", "Scellez le fichier tel qu'il est maintenant."),
        place=Place(file=str(file)),
    )


@contextmanager
def _kept(failures: list[PassavantError]) -> Iterator[None]:
    """Keep an error for the end."""
    try:
        yield
    except PassavantError as error:
        failures.append(error)
