"""`passavant seal`: documents sealed by their digest, a receipt beside each."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from passavant.cli.options import ISSUER, JSON, LOG
from passavant.cli.passphrases import passphrase_for
from passavant.cli.seal_checks import (
    check_attachable,
    check_names,
    check_options,
    check_receipts,
    check_revoked,
    is_run,
    make_out,
    past_day,
)
from passavant.cli.seal_steps import Done, revoke_file, seal_folder, sealed_as, write_all
from passavant.cli.show import as_json, echo
from passavant.texts import Text, colon, pick

if TYPE_CHECKING:
    from passavant.sealing.desk import Document

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
        "Key the digest with a secret that the receipt holds: for short forms that could be guessed.",
        "Protège l'empreinte par un secret que le reçu contient : pour un formulaire court que l'on pourrait deviner."))] = False,
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
    from passavant.sealing.desk import RemoteDesk, open_desk
    from passavant.sealing.desk import seal as seal_documents
    from passavant.sealing.keys import ISSUER as USE
    from passavant.sealing.keys import load_key

    new = {
        "--supersedes": supersedes,
        "--attach": attach,
        "--qr": qr,
        "--salted": salted,
        "--type": type_,
        "--valid-until": valid_until,
    }
    check_options(files, revoke, {name for name, value in new.items() if value}, out)
    check_names(files, out)
    make_out(out)
    desk = open_desk(log)
    if isinstance(desk, RemoteDesk) and not desk.trusted:
        echo(
            pick(
                f"{desk.origin}: its key is known from the server alone; write its line into your trust policy.",
                f"{desk.origin} : sa clé n'est connue que du serveur ; inscrivez sa ligne dans votre politique de confiance.",
            ),
            err=True,
        )
    key = load_key(USE, issuer, passphrase_for(USE, issuer))
    with _shown_at_the_end(json_) as done:
        if revoke:
            for file in files:
                for one in revoke_file(file, revoke, out, key, desk):
                    done.append(Done(file, *one))  # one by one: each stands in the log
            return
        for run in filter(is_run, files):
            done.append(seal_folder(run, key, desk))
        plain = [file for file in files if not is_run(file)]
        documents = _documents(
            plain, type_, _moment(valid_until), sealed_as(supersedes, key, desk) if supersedes else ""
        )
        check_revoked(documents, key, desk)
        check_receipts(documents, key, out, salted=salted)
        if attach:
            check_attachable(documents)
        receipts = seal_documents(documents, key, desk, salt=salted)
        write_all(documents, receipts, out, done, attach=attach, qr=qr)


def _documents(files: list[Path], type_: str, until: str, replaced: str) -> list[Document]:
    from passavant.sealing.desk import Document
    from passavant.sealing.documents import document_sha256

    with _bar(files) as tell:
        return [Document(file, document_sha256(file, tell), type_, until, replaced) for file in files]


def _moment(day: str) -> str:
    from passavant.cli.generate import date_of
    from passavant.sealing.desk import end_of_day

    if not day:
        return ""
    last = date_of(day, "--valid-until")
    if last < dt.datetime.now(dt.UTC).date():
        raise past_day(day)
    return end_of_day(last)


@contextmanager
def _shown_at_the_end(json_: bool) -> Iterator[list[Done]]:
    """Show what was done, also where an error ends the rest: it stands in the log."""
    done: list[Done] = []
    try:
        yield done
    except BaseException:
        if done:
            _show([_record(one) for one in done], json_)
        raise
    _show([_record(one) for one in done], json_)


def _record(done: Done) -> dict[str, Any]:
    receipt, said = done.receipt, done.receipt.entry.statement
    return {
        "file": str(done.path), "action": said.action, "alg": said.alg, "digest": said.digest, "issuer": said.issuer,
        "issued_at": said.issued_at, "logged_at": receipt.entry.logged_at, "index": receipt.proof.index,
        "written": [str(path) for path in done.written],
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
        if one["written"]:
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
