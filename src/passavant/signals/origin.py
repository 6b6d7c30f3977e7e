"""Where state comes from: keys, amounts and laws of one origin mean nothing under another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from passavant.errors import BadInput, Place
from passavant.policy.load import Policy
from passavant.texts import Text

__all__ = ["Origin"]

_NAMES = {
    "policy": Text("policy", "réglementation"),
    "threshold_currency": Text("threshold currency", "monnaie des seuils"),
    "key_id": Text("key id", "identifiant de clé"),
}


@dataclass(frozen=True)
class Origin:
    """What earlier state must share with a run to be of any use to it.

    Attributes:
        policy: Id of the policy, which is the administration's.
        threshold_currency: Currency of the values in the state.
        key_id: Id of the secret that made the party keys.
    """

    policy: str
    threshold_currency: str
    key_id: str

    @classmethod
    def of(cls, policy: Policy, key_id: str) -> Origin:
        """Return the origin of what a run under a policy leaves behind."""
        return cls(policy.id, policy.file.threshold_currency, key_id)

    def as_dict(self) -> dict[str, str]:
        """Return it as ``snapshot.json`` states it."""
        return asdict(self)

    def check(self, found: Mapping[str, Any], file: Path) -> None:
        """Refuse state of another origin.

        Args:
            found: What the state's file says, under the names of the attributes.
            file: That file.

        Raises:
            BadInput: one of them differs or is missing; euro cents would be read as øre, and keys would match nobody.
        """
        for name, ours in self.as_dict().items():
            theirs = found.get(name)
            if theirs != ours:
                raise _foreign(_NAMES[name], str(theirs or "—"), ours, Place(file=str(file), field=name))


def _foreign(name: Text, theirs: str, ours: str, place: Place) -> BadInput:
    return BadInput(
        "signals.state.foreign",
        got=(f"earlier decisions of the {name.en} {theirs}", f"des décisions antérieures ({name.fr} : {theirs})"),
        expected=(f"the {name.en} of this run, {ours}", f"comme ce traitement ({name.fr} : {ours})"),
        next_step=(
            "Name earlier runs of the same policy and secret with --history or --snapshot, or leave the option out.",
            "Indiquez avec --history ou --snapshot des traitements de même réglementation et de même secret, ou retirez l'option.",
        ),
        place=place,
    )
