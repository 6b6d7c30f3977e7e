"""`passavant seal`: documents sealed by their digest, a receipt beside each."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from passavant.cli.options import ISSUER, JSON, LOG
from passavant.cli.passphrases import passphrase_for
from passavant.cli.show import as_json, echo
from passavant.errors import BadInput, Place
from passavant.texts import Text, colon, pick

if TYPE_CHECKING:
    from passavant.sealing import SigningKey
    from passavant.sealing.desk import Document, LocalDesk, RemoteDesk
    from passavant.sealing.receipts import Receipt

__all__ = ["HELP", "seal"]

HELP = pick(
    "Seal documents: their digest, signed by you, goes into a log; the receipt beside each proves it without a network.\n\n"
    "Example: passavant seal certificate.pdf --type 851",
    "Scelle des documents : leur empreinte, signée par vous, entre dans un journal ; le reçu à côté de chacun le prouve sans réseau.\n\n"
    "Exemple : passavant seal certificat.pdf --type 851",
)


_DONE = {
    "seal": Text("sealed", "scellé"),
    "supersede": Text("sealed in place of an earlier one", "scellé en remplacement d'un autre"),
    "revoke": Text("seal revoked", "scellé révoqué"),
}


def seal(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help=pick(
        "Documents of any kind and size; or the folder of a run of clear.",
        "Documents de tout type et de toute taille ; ou le dossier d'un traitement de clear."))],
    type_: Annotated[str, typer.Option("--type", metavar="CODE", help=pick(
        "Kind of document, such as 851 (phytosanitary certificate).",
        "Type de document, tel que 851 (certificat phytosanitaire)."))] = "",
    valid_until: Annotated[str, typer.Option("--valid-until", metavar="YYYY-MM-DD", help=pick(
        "Last day on which it holds (UTC).", "Dernier jour de validité (UTC)."))] = "",
    salted: Annotated[bool, typer.Option("--salted", help=pick(
        "Key the digest with a secret that only the receipt holds: for short forms that could be guessed.",
        "Protège l'empreinte par un secret que seul le reçu contient : pour un formulaire court que l'on pourrait deviner."))] = False,
    supersedes: Annotated[Path | None, typer.Option("--supersedes", metavar="FILE", help=pick(
        "Sealed document that this one replaces.", "Document scellé que celui-ci remplace."))] = None,
    revoke: Annotated[str, typer.Option("--revoke", metavar="REASON", help=pick(
        "Revoke the seal instead: issued_in_error, cancelled, obtained_by_fraud, lost_or_stolen, key_compromised, other.",
        "Révoque au contraire le scellé : issued_in_error (délivré par erreur), cancelled (annulé), obtained_by_fraud (fraude), "
        "lost_or_stolen (perdu ou volé), key_compromised (clé compromise), other (autre)."))] = "",
    attach: Annotated[bool, typer.Option("--attach", help=pick(
        "For PDF: also write FILE.sealed.pdf, which carries its receipt.",
        "Pour un PDF : écrit aussi FICHIER.sealed.pdf, qui porte son reçu."))] = False,
    qr: Annotated[bool, typer.Option("--qr", help=pick(
        "Also write FILE.qr.png, a QR code that carries the whole receipt.",
        "Écrit aussi FICHIER.qr.png, un code QR qui porte tout le reçu."))] = False,
    out: Annotated[Path | None, typer.Option("-o", "--out", metavar="DIR", help=pick(
        "Folder for what is written (else beside each document).", "Dossier pour ce qui est écrit (sinon à côté de chaque document)."))] = None,
    issuer: ISSUER = None,
    log: LOG = None,
    json_: JSON = False,
) -> None:  # fmt: skip
    """Parse, seal, write the receipts, show."""
    from passavant.sealing.desk import open_desk
    from passavant.sealing.desk import seal as seal_documents
    from passavant.sealing.keys import ISSUER as USE
    from passavant.sealing.keys import load_key

    if revoke and (supersedes or attach or qr or salted or type_ or valid_until):
        raise _not_together()
    if supersedes is not None and len(files) != 1:
        raise _one_alone(len(files))
    _check_names(files, out)
    desk = open_desk(log)
    key = load_key(USE, issuer, passphrase_for(USE, issuer))
    if revoke:
        _show([_revoked(file, revoke, out, key, desk) for file in files], json_)
        return
    done = [_sealed_run(file, key, desk) for file in files if file.is_dir()]
    plain = [file for file in files if not file.is_dir()]
    documents = _documents(plain, type_, _moment(valid_until), _sealed_as(supersedes) if supersedes else "")
    receipts = seal_documents(documents, key, desk, salt=salted)
    pairs = zip(documents, receipts, strict=True)
    _show(done + [_shown(one.path, receipt, _write(one, receipt, out, attach, qr)) for one, receipt in pairs], json_)


def _documents(files: list[Path], type_: str, until: str, replaced: str) -> list[Document]:
    from passavant.sealing.desk import Document
    from passavant.sealing.documents import document_sha256

    with _bar(files) as tell:
        return [Document(file, document_sha256(file, tell), type_, until, replaced) for file in files]


def _sealed_run(out: Path, key: SigningKey, desk: LocalDesk | RemoteDesk) -> dict[str, Any]:
    """Seal a run of `clear`: the only folder that has a meaning here."""
    from passavant.clearance.seal import seal_run
    from passavant.sealing.carriers import sidecar_of

    manifest = out / "manifest.json"
    if not manifest.exists():
        raise _no_run(out)
    return _shown(manifest, seal_run(out, key, desk), [sidecar_of(manifest)])


def _revoked(
    file: Path, reason: str, out: Path | None, key: SigningKey, desk: LocalDesk | RemoteDesk
) -> dict[str, Any]:
    from passavant.sealing.carriers import sidecar_of, write_atomically
    from passavant.sealing.desk import revoke

    receipt = revoke(_sealed_as(file), reason, key, desk)
    written = sidecar_of(_target(file, out, f"{file.name}.revoked"))
    write_atomically(written, receipt.text().encode())
    return _shown(file, receipt, [written])


def _moment(day: str) -> str:
    from passavant.cli.generate import date_of
    from passavant.sealing.desk import end_of_day

    return end_of_day(date_of(day, "--valid-until")) if day else ""


def _sealed_as(file: Path) -> str:
    """Return the name under which a document was sealed: a receipt beside it may hold a salt."""
    from passavant.sealing.carriers import sidecar_of
    from passavant.sealing.documents import document_sha256
    from passavant.sealing.receipts import Receipt

    sha256, beside = document_sha256(file), sidecar_of(file)
    receipt = Receipt.parse(beside.read_text()) if beside.is_file() else None
    if receipt is not None and receipt.salt is not None:
        return f"hmac-sha-256:{receipt.digest_of(sha256)}"
    return f"sha-256:{sha256.hex()}"


def _check_names(files: list[Path], out: Path | None) -> None:
    """Refuse two documents whose receipts would be the same file: the second would replace the first."""
    seen: dict[Path, Path] = {}
    for file in files:
        target = (out or file.parent) / file.name
        if (other := seen.setdefault(target, file)) is not file and not file.is_dir():
            raise _same_name(other, file)


def _target(document: Path, out: Path | None, name: str) -> Path:
    """Return the file of a name, beside a document or in the folder asked for."""
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
    return (out or document.parent) / name


def _write(document: Document, receipt: Receipt, out: Path | None, attach: bool, qr: bool) -> list[Path]:
    from passavant.sealing.carriers import (
        attach_receipt,
        qr_png,
        qr_receipt,
        sidecar_of,
        write_atomically,
        write_receipt,
    )

    path = document.path
    written = [sidecar_of(_target(path, out, path.name))]
    write_receipt(written[0], receipt.text(), replace=True)
    if attach:
        written.append(_target(path, out, f"{path.stem}.sealed.pdf"))
        write_atomically(written[-1], attach_receipt(path.read_bytes(), receipt.text().encode()))
    if qr:
        written.append(_target(path, out, f"{path.name}.qr.png"))
        write_atomically(written[-1], qr_png(qr_receipt(receipt.text()), path.name))
    return written


def _shown(path: Path, receipt: Receipt, written: list[Path]) -> dict[str, Any]:
    said = receipt.entry.statement
    return {
        "file": str(path), "action": said.action, "alg": said.alg, "digest": said.digest, "issuer": said.issuer,
        "issued_at": said.issued_at, "logged_at": receipt.entry.logged_at, "index": receipt.proof.index,
        "written": [str(path) for path in written],
    }  # fmt: skip


def _show(done: list[dict[str, Any]], json_: bool) -> None:
    if json_:
        as_json(done)
        return
    for one in done:
        what = _DONE[one["action"]].say()
        echo(
            pick(
                f"{one['file']}: {what} by {one['issuer']}, entry {one['index']} of the log, {one['logged_at']}",
                f"{one['file']} : {what} par {one['issuer']}, inscription {one['index']} du journal, {one['logged_at']}",
            )
        )
        echo(f"  {one['alg']}{colon()}{one['digest']}")
        echo(f"  {pick('written', 'écrit')}{colon()}{', '.join(one['written'])}")


@contextmanager
def _bar(files: list[Path]) -> Iterator[Callable[[int], None] | None]:
    """Show a bar on a terminal, nothing in a pipe."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    total = sum(file.stat().st_size for file in files if file.is_file())
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(pick("Reading", "Lecture"), total=total)
        yield lambda size: bar.advance(task, size)


def _not_together() -> BadInput:
    return BadInput(
        "cli.seal.revoke",
        got=("--revoke with options of a new seal", "--revoke avec des options d'un nouveau scellé"),
        expected=("--revoke REASON and the files alone", "--revoke MOTIF et les fichiers seuls"),
        next_step=("Run two commands.", "Lancez deux commandes."),
        place=Place(field="--revoke"),
    )


def _one_alone(count: int) -> BadInput:
    return BadInput(
        "cli.seal.supersedes",
        got=(f"--supersedes with {count} files", f"--supersedes avec {count} fichiers"),
        expected=("one file that replaces one", "un fichier qui en remplace un"),
        next_step=("Seal them one by one.", "Scellez-les un à un."),
        place=Place(field="--supersedes"),
    )


def _same_name(one: Path, other: Path) -> BadInput:
    return BadInput(
        "cli.seal.names",
        got=(f"{one} and {other}, whose receipts would be one file", f"{one} et {other}, dont les reçus seraient un seul fichier"),
        expected=("a name of its own for each", "un nom propre à chacun"),
        next_step=(
            "Name each once; seal those of the same name one by one, each with its own -o DIR.",
            "Nommez chacun une fois ; scellez un à un ceux de même nom, chacun avec son -o DIR.",
        ),
        place=Place(field="FILE"),
    )  # fmt: skip


def _no_run(folder: Path) -> BadInput:
    return BadInput(
        "cli.seal.folder",
        got=("a folder that holds no run of clear", "un dossier sans traitement de clear"),
        expected=("documents, or the folder of a run", "des documents, ou le dossier d'un traitement"),
        next_step=(
            f"To seal the documents in it: passavant seal {folder}/*",
            f"Pour sceller les documents qu'il contient : passavant seal {folder}/*",
        ),
        place=Place(file=str(folder)),
    )
