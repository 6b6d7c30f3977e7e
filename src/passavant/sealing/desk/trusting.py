"""Whom this machine trusts: the policy it is given and nobody else; without one ``$PASSAVANT_HOME/trust.policy`` and its own log."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from passavant import settings
from passavant.errors import BadInput, Place
from passavant.sealing.desk.local import local_folder
from passavant.sealing.files import read_small
from passavant.sealing.log import LogReader
from passavant.sealing.log.schema import DATABASE
from passavant.sealing.trust import TrustPolicy
from passavant.sealing.trust_lines import given_key
from passavant.texts.file_faults import fault_of

__all__ = ["trust"]


def trust(file: Path | None = None, keys: Sequence[str] = ()) -> TrustPolicy:
    """Return the policy in force.

    Args:
        file: A trust policy, alone; None: the one kept at home, if any, and this machine's own log.
        keys: Further keys of logs.

    Raises:
        BadInput: the file cannot be read or a line is not understood.
    """
    kept = settings.home() / "trust.policy"
    chosen = file or (kept if kept.is_file() else None)
    policy = TrustPolicy.parse(_text(chosen), str(chosen)) if chosen else TrustPolicy()
    for key in keys:
        policy = policy.with_log(given_key(key))
    folder = local_folder()
    if file is None and (folder / DATABASE).is_file():
        with LogReader(folder) as reader:
            policy = policy.with_log(reader.key)
    return policy


def _text(file: Path) -> str:
    try:
        return read_small(file).decode()
    except UnicodeDecodeError as error:
        raise BadInput(
            "sealing.trust.unreadable",
            got=fault_of(error),
            expected=("a trust policy in text", "une politique de confiance en texte"),
            next_step=(
                "Check the path; docs/how-to/witness.md shows a policy.",
                "Vérifiez le chemin ; docs/how-to/witness.fr.md en montre une.",
            ),
            place=Place(file=str(file)),
        ) from error
