"""What a verifier trusts: logs, witnesses and a quorum of them, in one text file (C2SP tlog-policy).

::

    log seals.customs.example/log+0a1b2c3d+AX…  https://seals.customs.example
    witness north witness.north.example+11223344+BH…  https://witness.north.example
    witness south witness.south.example+55667788+BP…
    witness east  witness.east.example+99aabbcc+BK…
    group region 2 north south east
    quorum region
    issuer customs.example/certificates+ddeeff00+AQ…

The line ``issuer`` is Passavant's own: it pins the keys of an issuer, which a log otherwise vouches for. Another
leniency: C2SP wants exactly one ``quorum``; here a file that names no witness may leave it out, and then asks for none.

>>> TrustPolicy.parse("quorum none").quorum
'none'
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from passavant.errors import NotFound
from passavant.sealing.checkpoints import Checkpoint, open_checkpoint
from passavant.sealing.notes import VerifierKey, split_note
from passavant.sealing.trust_lines import NONE, Group, PolicyLines, Witness

__all__ = ["Group", "NotTrusted", "TooFewWitnesses", "TrustPolicy", "Trusted", "Witness"]


@dataclass(frozen=True)
class Trusted:
    """A checkpoint that a policy accepts.

    Attributes:
        checkpoint: The checkpoint.
        witnesses: Names of the policy's witnesses that cosigned it, with the time of each (seconds since 1970, UTC).
        quorum: The witness or group whose demand they meet; ``none``: no witness was asked for.
    """

    checkpoint: Checkpoint
    witnesses: tuple[tuple[str, int], ...]
    quorum: str = NONE


@dataclass(frozen=True)
class TrustPolicy:
    """A policy.

    Attributes:
        logs: Keys of the logs by origin, several where a log changed its key.
        log_urls: Where they can be asked, by origin.
        witnesses: Witnesses by the policy's name of each.
        groups: Groups by name; members are declared before their group, so there is no circle.
        quorum: Name of the witness or group that must have signed; ``none``: no witness is asked for.
        issuers: Pinned keys of issuers, by name.
    """

    logs: dict[str, tuple[VerifierKey, ...]] = field(default_factory=dict)
    log_urls: dict[str, str] = field(default_factory=dict)
    witnesses: dict[str, Witness] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    quorum: str = NONE
    issuers: dict[str, tuple[VerifierKey, ...]] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str, name: str = "policy") -> TrustPolicy:
        """Read a policy.

        Args:
            text: The file.
            name: Its name, for messages.

        Raises:
            BadInput: a line is not understood; the message names it.
        """
        reader = PolicyLines(name)
        reader.read(text)
        return cls(reader.logs, reader.urls, reader.witnesses, reader.groups, reader.quorum or NONE, reader.issuers)

    def with_log(self, key: VerifierKey) -> TrustPolicy:
        """Return a policy that trusts one more log."""
        known = self.logs.get(key.name, ())
        logs = {**self.logs, key.name: known if key in known else (*known, key)}
        return TrustPolicy(logs, self.log_urls, self.witnesses, self.groups, self.quorum, self.issuers)

    def log_keys(self, origin: str) -> tuple[VerifierKey, ...]:
        """Return the keys of a log.

        Raises:
            NotTrusted: the policy does not name it.
        """
        keys = self.logs.get(origin)
        if not keys:
            raise self.untrusted(origin)
        return keys

    def verify(self, note: str) -> Trusted:
        """Check a signed checkpoint against the policy.

        Raises:
            BadInput: it is no checkpoint of a log that the policy names, or a signature does not hold.
            NotTrusted: too few witnesses have signed.
        """
        origin = note.partition("\n")[0]
        if origin not in self.logs:
            split_note(note)  # what is no note at all is refused as such
        keys = [*self.log_keys(origin), *(witness.key for witness in self.witnesses.values())]
        opened = open_checkpoint(note, keys, origin=origin)
        times = {signature.key: signature.time for signature in opened.note.signatures}
        signed = tuple((one.name, int(times[one.key] or 0)) for one in self.witnesses.values() if one.key in times)
        self.require([name for name, _ in signed])
        return Trusted(opened.checkpoint, signed, self.quorum)

    def require(self, signed: Sequence[str]) -> None:
        """Check that the witnesses who signed make up the quorum.

        Raises:
            NotTrusted: they do not.
        """
        met = self._met(signed)
        if self.quorum not in met:
            raise _too_few(self, list(signed), met)

    def untrusted(self, origin: str) -> NotTrusted:
        """Return the error of a log that the policy does not name."""
        return _untrusted(origin, list(self.logs))

    def _met(self, signed: Sequence[str]) -> set[str]:
        """Return the witnesses and groups that have signed; a group stands behind its members, so one pass is enough."""
        met = {NONE, *(name for name in signed if name in self.witnesses)}
        for group in self.groups.values():
            if sum(member in met for member in group.members) >= group.needed:
                met.add(group.name)
        return met


class NotTrusted(NotFound):
    """The policy does not reach that far: an unknown log, or too few witnesses. The honest answer is no."""


class TooFewWitnesses(NotTrusted):
    """The quorum is not met; a newer receipt may meet it."""


def _untrusted(origin: str, known: list[str]) -> NotTrusted:
    names = ", ".join(known)
    return NotTrusted(
        "sealing.trust.log",
        got=(f"the log {origin}, which you have not said you trust", f"le journal {origin}, auquel vous n'avez pas accordé votre confiance"),
        expected=(f"one of: {names}" if known else "a log named in your trust policy", f"l'un de : {names}" if known else "un journal nommé dans votre politique de confiance"),
        next_step=(
            "Get the log's key from its operator by a second way, write `log KEY` into a file, and give it with --trust.",
            "Obtenez la clé du journal auprès de son exploitant par une autre voie, écrivez `log CLÉ` dans un fichier, et donnez-le avec --trust.",
        ),
    )  # fmt: skip


def _too_few(policy: TrustPolicy, signed: list[str], met: set[str]) -> TooFewWitnesses:
    group = policy.groups.get(policy.quorum) or Group(policy.quorum, 1, (policy.quorum,))
    left = [member for member in group.members if member not in met]
    more, names = group.needed - len(group.members) + len(left), ", ".join(left)
    return TooFewWitnesses(
        "sealing.trust.witnesses",
        got=(f"cosignatures of {', '.join(signed) or 'no witness'}", f"des cosignatures de {', '.join(signed) or 'aucun témoin'}"),
        expected=(f"the quorum {policy.quorum} of your policy: {more} more of {names}", f"le quorum {policy.quorum} de votre politique : encore {more} parmi {names}"),
        next_step=("Verify with --log URL: the log's newer receipt carries the cosignatures made since.", "Vérifiez avec --log URL : le reçu plus récent du journal porte les cosignatures faites depuis."),
    )  # fmt: skip
