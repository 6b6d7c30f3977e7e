"""`passavant witness`: watch other administrations' logs and cosign what continues what was seen before."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from passavant.cli.framework import App
from passavant.cli.options import JSON
from passavant.cli.passphrases import NO_PASSPHRASE, new_passphrase, passphrase_for
from passavant.cli.show import as_json, echo, table
from passavant.cli.witness_words import cosigned, failed, record, seen_cells, show_round
from passavant.errors import BadInput, PassavantError, Place
from passavant.texts import colon, pick

if TYPE_CHECKING:
    from passavant.sealing.notes import SigningKey
    from passavant.sealing.witness import Seen, WitnessState

__all__ = ["app"]

app = App(
    help=pick(
        "Watch other administrations' logs of seals, and cosign what continues what was seen before.\n\n"
        "Example: passavant witness init witness.customs.example",
        "Surveille les journaux de scellés d'autres administrations, et cosigne ce qui prolonge ce qui a été vu.\n\n"
        "Exemple : passavant witness init temoin.douane.example",
    ),
)


@app.command("init", help=pick(
    "Make a witness on this machine: its key and its memory. NAME is a host and path, for ever.\n\n"
    "Its database must never be restored from a backup: it would forget what it cosigned.\n\n"
    "Example: passavant witness init witness.customs.example",
    "Crée un témoin sur ce poste : sa clé et sa mémoire. NOM est un hôte et un chemin, pour toujours.\n\n"
    "Sa base ne doit jamais être restaurée d'une sauvegarde : il oublierait ce qu'il a cosigné.\n\n"
    "Exemple : passavant witness init temoin.douane.example",
))  # fmt: skip
def init(
    name: Annotated[str, typer.Argument(metavar="NAME", help=pick("Name of the witness.", "Nom du témoin."))],
    no_passphrase: NO_PASSPHRASE = False,
) -> None:  # fmt: skip
    """Make key and database."""
    from passavant.sealing.witness import create_witness
    from passavant.sealing.witness.database import check_absent

    check_absent(_folder())
    key = _new_key(name, no_passphrase)
    create_witness(_folder(), key)
    echo(f"{pick('witness', 'témoin')}{colon()}{_folder()}")
    echo(
        f"{pick('for trust policies', 'pour les politiques de confiance')}{colon()}witness {_short(name)} {key.verifier}"
    )


@app.command("add", help=pick(
    "Watch a log from now on. Get its key from its operator by a second way, not from the log itself.\n\n"
    "Example: passavant witness add LOG-VKEY --url https://seals.customs.example",
    "Surveille désormais un journal. Obtenez sa clé de l'exploitant par une autre voie, non du journal lui-même.\n\n"
    "Exemple : passavant witness add CLÉ --url https://sceaux.douane.example",
))  # fmt: skip
def add(
    key: Annotated[str, typer.Argument(metavar="LOG-VKEY", help=pick("Verifier key of the log.", "Clé de vérification du journal."))],
    url: Annotated[str | None, typer.Option("--url", metavar="URL|DIR", help=pick(
        "Where its checkpoint and tiles are, for rounds by pull.",
        "Où se trouvent son point de contrôle et ses tuiles, pour les tours par récupération."))] = None,
) -> None:  # fmt: skip
    """Watch it."""
    from passavant.sealing.notes import ED25519
    from passavant.sealing.trust_lines import given_key

    log = given_key(key)
    if log.kind != ED25519:
        raise _not_a_log(key)
    with _open() as state:
        state.watch(log, url)
    echo(pick(f"watched from now on: {log.name}", f"surveillé désormais : {log.name}"))


@app.command("serve", help=pick(
    "Answer logs that ask for a cosignature (C2SP tlog-witness); put a web server with TLS before it.\n\n"
    "Example: passavant witness serve --port 8050",
    "Répond aux journaux qui demandent une cosignature (C2SP tlog-witness) ; placez devant lui un serveur web avec TLS.\n\n"
    "Exemple : passavant witness serve --port 8050",
))  # fmt: skip
def serve(
    host: Annotated[str, typer.Option("--host", help=pick("Address to listen on.", "Adresse d'écoute."))] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help=pick("Port.", "Port."))] = 8050,
) -> None:
    """Open the witness and serve it."""
    from passavant.cli.serving import listen, serve_app
    from passavant.sealing.witness import witness_app

    with listen(host, port) as taken, _open() as state:
        serve_app(witness_app(state), taken, state.key.name)


@app.command("list", help=pick(
    "Show the logs that this witness watches, and what it saw of each last.\n\nExample: passavant witness list",
    "Montre les journaux que ce témoin surveille, et ce qu'il a vu de chacun en dernier.\n\n"
    "Exemple : passavant witness list",
))  # fmt: skip
def list_(json_: JSON = False) -> None:
    """Show them; a running server is not disturbed."""
    from passavant.sealing.witness import watched_logs

    key, watched = watched_logs(_folder())
    if json_:
        as_json({"witness": str(key), "logs": [record(one) for one in watched]})
        return
    echo(f"{pick('witness', 'témoin')}{colon()}{key}")
    heading = [
        pick("log", "journal"),
        pick("entries", "inscriptions"),
        pick("cosigned", "cosigné"),
        pick("address", "adresse"),
    ]
    rows = [[one.key.name, *seen_cells(one.seen), one.url or "—"] for one in watched]
    table([heading, *rows], right=(1,))


@app.command("cosign", help=pick(
    "One round by pull: fetch a log's checkpoint, prove from its tiles that it continues what was seen, cosign it.\n\n"
    "No port need be open. Exit status 1: the log forked or went back; both checkpoints are shown.\n\n"
    "Example: passavant witness cosign seals.customs.example/log --from https://seals.customs.example -o line.txt",
    "Un tour par récupération : récupère le point de contrôle d'un journal, prouve par ses tuiles qu'il prolonge ce qui a "
    "été vu, le cosigne.\n\nAucun port à ouvrir. Code 1 : le journal a bifurqué ou reculé ; les deux points de contrôle "
    "sont montrés.\n\n"
    "Exemple : passavant witness cosign sceaux.douane.example/journal --from https://sceaux.douane.example -o ligne.txt",
))  # fmt: skip
def cosign(
    origin: Annotated[str | None, typer.Argument(metavar="[ORIGIN]", help=pick(
        "The log (else every log that has an address).", "Le journal (sinon tous ceux qui ont une adresse)."))] = None,
    place: Annotated[str | None, typer.Option("--from", metavar="URL|DIR", help=pick(
        "Where its files are (else as added).", "Où sont ses fichiers (sinon comme à l'ajout)."))] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help=pick(
        "Write the cosignature lines to a file.", "Écrit les lignes de cosignature dans un fichier."))] = None,
    json_: JSON = False,
) -> int:  # fmt: skip
    """Fetch, prove, cosign, show; one log that fails does not keep the others from their round."""
    with _open() as state:
        done, failures = _round(state, origin, place)
    if output is not None and done:
        _write(output, "".join(line for _, line in done))
    if json_:
        as_json({"cosigned": [cosigned(*one) for one in done], "failed": [failed(*one) for one in failures]})
    else:
        show_round(done, failures, lines=output is None)
    return max((error.exit_code for _, error in failures), key=[0, 2, 1].index, default=0)


def _round(
    state: WitnessState, origin: str | None, place: str | None
) -> tuple[list[tuple[Seen, str]], list[tuple[str, PassavantError]]]:
    from passavant.sealing.witness import cosign_by_pull, source_of

    done, failures = list[tuple["Seen", str]](), list[tuple[str, PassavantError]]()
    for name, where in _asked(state, origin, place):
        try:
            done.append(cosign_by_pull(state, name, source_of(where)))
        except PassavantError as error:
            failures.append((name, error))
    return done, failures


def _asked(state: WitnessState, origin: str | None, place: str | None) -> list[tuple[str, str]]:
    """Return the logs of this round, each with where its files are."""
    if place is not None and origin is not None:
        return [(origin, place)]
    known = {one.key.name: one.url for one in state.watched() if one.url and origin in (None, one.key.name)}
    if place is not None or not known:
        raise BadInput(
            "cli.witness.where",
            got=(
                f"{origin or 'no log'}, of which this witness has no address to fetch it from",
                f"{origin or 'aucun journal'}, dont ce témoin n'a aucune adresse où le récupérer",
            ),
            expected=("ORIGIN and --from URL|DIR, or logs added with --url", "ORIGINE et --from URL|DOSSIER, ou des journaux ajoutés avec --url"),
            next_step=("Run: passavant witness list", "Lancez : passavant witness list"),
        )  # fmt: skip
    return list(known.items())


def _folder() -> Path:
    from passavant import settings

    return settings.home() / "witness"


def _open() -> WitnessState:
    from passavant.sealing.witness import WitnessState, watched_logs

    owner, _ = watched_logs(_folder())
    return WitnessState(_folder(), _key(owner.name))


def _new_key(name: str, no_passphrase: bool) -> SigningKey:
    """Make the witness's key."""
    from passavant.sealing.keys import WITNESS, create_key

    return create_key(WITNESS, name, new_passphrase(no_passphrase))


def _key(name: str) -> SigningKey:
    """Return the witness's key."""
    from passavant.sealing.keys import WITNESS, load_key

    return load_key(WITNESS, name, passphrase_for(WITNESS, name))


def _short(name: str) -> str:
    return name.partition("/")[0]


def _write(file: Path, text: str) -> None:
    from passavant.texts.file_faults import fault_of

    try:
        file.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        why = fault_of(error)
        raise BadInput(
            "cli.witness.unwritable",
            got=(why.en, why.fr),
            expected=("a file that can be written", "un fichier inscriptible"),
            next_step=("Give another path with --output.", "Indiquez un autre chemin avec --output."),
            place=Place(file=str(file)),
        ) from error


def _not_a_log(key: str) -> BadInput:
    return BadInput(
        "cli.witness.kind",
        got=(f"the key of a witness: {key}", f"la clé d'un témoin : {key}"),
        expected=("the key of a log", "la clé d'un journal"),
        next_step=("Ask its operator: passavant log key", "Demandez-la à l'exploitant : passavant log key"),
    )
