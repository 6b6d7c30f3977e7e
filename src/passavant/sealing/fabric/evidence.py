"""Two checkpoints that cannot both be those of an honest log: what is shown, and what is kept to show to others.

Where both are signed by the log's own key, they prove by themselves that the log rewrote its past: whoever has the key sees it,
without this program and without a network.
"""

from __future__ import annotations

import base64

from passavant.errors import BadInput, Both, PassavantError
from passavant.sealing.checkpoints import Checkpoint, open_checkpoint
from passavant.sealing.fabric.contract import Record
from passavant.sealing.notes import VerifierKey

__all__ = ["Contradiction", "checked", "forked", "rewound"]

_KEEP: Both = (
    "Keep both checkpoints (`passavant log anchor check --keep FILE` writes the ledger's), stop trusting the log, and show them to its operator and its witnesses.",
    "Conservez les deux points de contrôle (`passavant log anchor check --keep FICHIER` écrit celui du registre), ne vous fiez plus au journal et montrez-les à son exploitant et à ses témoins.",
)


class Contradiction(PassavantError):
    """The log and the ledger contradict each other (exit status 1).

    Attributes:
        log: The log's signed checkpoint.
        ledger: The one that the ledger holds.
    """

    exit_code = 1

    def __init__(self, code: str, *, got: Both, expected: Both, next_step: Both, log: str, ledger: Record) -> None:
        super().__init__(code, got=got, expected=expected, next_step=next_step)
        self.log = log
        self.ledger = ledger


def forked(note: str, checkpoint: Checkpoint, ledger: Record) -> Contradiction:
    """Return the contradiction of two roots, of one size or of sizes without a proof that joins them."""
    ours = f"{checkpoint.size}/{base64.b64encode(checkpoint.root).decode()}"
    theirs = f"{ledger.size}/{ledger.root} ({ledger.msp_id}, {ledger.tx_id})"
    return Contradiction(
        "sealing.fabric.fork",
        got=(
            f"a fork of {ledger.origin}: the log says {ours}, the ledger holds {theirs}",
            f"une bifurcation de {ledger.origin} : le journal dit {ours}, le registre contient {theirs}",
        ),
        expected=(
            "a checkpoint that continues the anchored one",
            "un point de contrôle qui prolonge celui qui est ancré",
        ),
        next_step=_KEEP,
        log=note,
        ledger=ledger,
    )


def rewound(note: str, checkpoint: Checkpoint, ledger: Record) -> Contradiction:
    """Return the contradiction of a checkpoint below the anchored one."""
    return Contradiction(
        "sealing.fabric.rewind",
        got=(
            f"{checkpoint.size} entries, below the {ledger.size} that the ledger holds ({ledger.msp_id}, {ledger.tx_id})",
            f"{checkpoint.size} entrées, sous les {ledger.size} que contient le registre ({ledger.msp_id}, {ledger.tx_id})",
        ),
        expected=(f"a size of at least {ledger.size}", f"une taille d'au moins {ledger.size}"),
        next_step=(
            "Fetch the log's newest checkpoint. If this is it, the log was rewound: keep both and tell its witnesses.",
            "Récupérez le dernier point de contrôle. Si c'est celui-ci, le journal a été ramené en arrière : conservez les deux et prévenez ses témoins.",
        ),
        log=note,
        ledger=ledger,
    )


def checked(record: Record, keys: list[VerifierKey]) -> Record:
    """Return a record of the ledger whose note is the log's own; a member of the channel might have put another there.

    Raises:
        PassavantError: the note is not signed by the log, or says another size or root than the record.
    """
    try:
        checkpoint = open_checkpoint(record.note, keys, origin=record.origin).checkpoint
    except BadInput as error:
        raise _foreign(record) from error
    if (checkpoint.size, base64.b64encode(checkpoint.root).decode()) != (record.size, record.root):
        raise _foreign(record)
    return record


def _foreign(record: Record) -> PassavantError:
    who = f"{record.msp_id}, {record.tx_id}"
    return PassavantError(
        "sealing.fabric.foreign_record",
        got=(
            f"what the ledger holds of {record.origin} is not signed by the key given ({who})",
            f"ce que le registre contient de {record.origin} n'est pas signé par la clé indiquée ({who})",
        ),
        expected=("a checkpoint that the log signed", "un point de contrôle signé par le journal"),
        next_step=(
            "Check the log's key. If it is right, the organisation named put a false checkpoint there: tell the consortium.",
            "Vérifiez la clé du journal. Si elle est la bonne, l'organisation nommée y a mis un faux point de contrôle : prévenez le groupement.",
        ),
    )
