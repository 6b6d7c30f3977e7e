"""`passavant log anchor`: a log's checkpoints put into a consortium's Fabric channel, and compared with what it holds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from passavant.cli.framework import App
from passavant.cli.options import JSON
from passavant.cli.show import as_json, echo
from passavant.texts import Text, number, pick

if TYPE_CHECKING:
    from passavant.sealing import VerifierKey
    from passavant.sealing.fabric import Checked, Record
    from passavant.sealing.tiles import TileReader

__all__ = ["CHECK_HELP", "PUSH_HELP", "app", "check", "push"]

app = App(
    help=pick(
        "Anchor a log's checkpoints in a Hyperledger Fabric channel. No seal needs it.\n\n"
        "Example: passavant log anchor push checkpoint --key VKEY --connection fabric.yaml",
        "Ancre les points de contrôle d'un journal dans un canal Hyperledger Fabric. Aucun scellé n'en dépend.\n\n"
        "Exemple : passavant log anchor push checkpoint --key VKEY --connection fabric.yaml",
    ),
)
PUSH_HELP = pick(
    "Anchor a checkpoint; a second time writes nothing. A fork or a rewind is refused.\n\n"
    "Example: passavant log anchor push log/checkpoint --key VKEY --connection fabric.yaml --tiles log",
    "Ancre un point de contrôle ; une seconde fois n'écrit rien. Une bifurcation ou un retour en arrière est refusé.\n\n"
    "Exemple : passavant log anchor push journal/checkpoint --key VKEY --connection fabric.yaml --tiles journal",
)
CHECK_HELP = pick(
    "Compare a log's checkpoint with the last one in the ledger; exit 1 where the log is absent, forked or rewound.\n\n"
    "Example: passavant log anchor check log/checkpoint --key VKEY --connection fabric.yaml --tiles log",
    "Compare le point de contrôle d'un journal avec le dernier du registre ; code 1 si le journal est absent, bifurqué "
    "ou ramené en arrière.\n\n"
    "Exemple : passavant log anchor check journal/checkpoint --key VKEY --connection fabric.yaml --tiles journal",
)
_WORDS = {
    "absent": Text("The ledger holds nothing of this log.", "Le registre ne contient rien de ce journal."),
    "same": Text("The ledger holds this very checkpoint.", "Le registre contient ce même point de contrôle."),
    "proven": Text(
        "The log continues the anchored checkpoint: proven from its tiles.",
        "Le journal prolonge le point de contrôle ancré : prouvé par ses tuiles.",
    ),
    "behind": Text(
        "The ledger is behind the log. Whether the log continues it is not known: give --tiles.",
        "Le registre est en retard sur le journal. Rien ne dit si le journal le prolonge : indiquez --tiles.",
    ),
    "fork": Text(
        "FORK: the log and the ledger contradict each other. Keep both checkpoints and tell the log's witnesses.",
        "BIFURCATION : le journal et le registre se contredisent. Conservez les deux points de contrôle et prévenez les témoins.",
    ),
    "rewind": Text(
        "REWIND: the ledger holds a larger checkpoint. If yours is the log's newest, keep both and tell its witnesses.",
        "RETOUR EN ARRIÈRE : le registre contient un point de contrôle plus grand. Si le vôtre est le dernier du journal, "
        "conservez les deux et prévenez ses témoins.",
    ),
}

_CHECKPOINT = Annotated[
    Path,
    typer.Argument(
        metavar="CHECKPOINT",
        help=pick("File with the log's signed checkpoint.", "Fichier du point de contrôle signé du journal."),
    ),
]
_KEY = Annotated[
    str, typer.Option("--key", metavar="VKEY", help=pick("The log's verifier key.", "Clé de vérification du journal."))
]
_CONNECTION = Annotated[
    Path,
    typer.Option(
        "--connection",
        metavar="FILE",
        help=pick("YAML file: peer, certificates, channel.", "Fichier YAML : pair, certificats, canal."),
    ),
]
_TILES = Annotated[Path | None, typer.Option("--tiles", metavar="DIR", help=pick(
    "The log's folder: proves that the log continues what is anchored.",
    "Dossier du journal : prouve que le journal prolonge ce qui est ancré."))]  # fmt: skip


@app.command("push", help=PUSH_HELP)
def push(
    checkpoint: _CHECKPOINT, key: _KEY, connection: _CONNECTION, tiles: _TILES = None, json_: JSON = False
) -> None:
    """Parse, anchor, show."""
    from passavant.sealing.fabric import anchor, connect, load_connection

    note, known, prove = _read(checkpoint, key, tiles)
    with connect(load_connection(connection)) as gateway:
        done = anchor(note, [known], known.name, gateway, prove=prove)
    if json_:
        as_json({"origin": known.name, "tx_id": done.tx_id, "block_number": done.block_number})
    elif done.block_number is None:
        echo(pick("Anchored already: transaction {}", "Déjà ancré : transaction {}").format(done.tx_id))
    else:
        block = number(done.block_number)
        echo(pick("Anchored: block {}, transaction {}", "Ancré : bloc {}, transaction {}").format(block, done.tx_id))


@app.command("check", help=CHECK_HELP)
def check(
    checkpoint: _CHECKPOINT,
    key: _KEY,
    connection: _CONNECTION,
    tiles: _TILES = None,
    keep: Annotated[Path | None, typer.Option("--keep", metavar="FILE", help=pick(
        "Write the ledger's signed checkpoint to this file.", "Écrit dans ce fichier le point de contrôle signé du registre."))] = None,
    json_: JSON = False,
) -> None:  # fmt: skip
    """Parse, compare, show."""
    from passavant.sealing.fabric import check, connect, load_connection

    note, known, prove = _read(checkpoint, key, tiles)
    with connect(load_connection(connection)) as gateway:
        found = check(note, [known], known.name, gateway, prove=prove)
    if keep is not None and found.ledger is not None:
        _keep(keep, found.ledger)
    if json_:
        as_json(_as_dict(found))
    else:
        _show(found)
    if found.verdict not in ("same", "behind"):
        raise typer.Exit(1)


def _read(checkpoint: Path, key: str, tiles: Path | None) -> tuple[str, VerifierKey, TileReader | None]:
    from passavant.sealing import VerifierKey, open_checkpoint
    from passavant.sealing.fabric import tiles_in
    from passavant.sealing.files import read_small

    known, note = VerifierKey.parse(key), read_small(checkpoint)
    size = open_checkpoint(note, [known], origin=known.name).checkpoint.size
    return note.decode(), known, tiles_in(tiles, size) if tiles else None


def _keep(path: Path, record: Record) -> None:
    from passavant.errors import BadInput, Place
    from passavant.texts.file_faults import fault_of

    try:
        path.write_text(record.note, encoding="utf-8", newline="\n")
    except OSError as error:
        why = fault_of(error)
        raise BadInput(
            "cli.anchor.unwritable",
            got=(why.en, why.fr),
            expected=("a file that can be written", "un fichier inscriptible"),
            next_step=("Give another path with --keep.", "Indiquez un autre chemin avec --keep."),
            place=Place(file=str(path)),
        ) from error


def _as_dict(found: Checked) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "verdict": str(found.verdict),
        "proven": found.proven,
        "origin": found.log.origin,
        "size": found.log.size,
        "root": found.log.root.hex(),
        "ledger": asdict(found.ledger) if found.ledger else None,
    }


def _show(found: Checked) -> None:
    echo(_WORDS["proven" if found.proven else str(found.verdict)].say())
    echo(pick("Log: {} entries", "Journal : {} entrées").format(number(found.log.size)))
    if found.ledger is not None:
        said = pick("Ledger: {} entries, anchored by {} in {}", "Registre : {} entrées, ancrées par {} dans {}")
        echo(said.format(number(found.ledger.size), found.ledger.msp_id, found.ledger.tx_id))
