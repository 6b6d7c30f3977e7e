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

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from passavant.errors import BadInput, NotFound, Place
from passavant.sealing.checkpoints import Checkpoint, open_checkpoint
from passavant.sealing.notes import COSIGNATURE, ED25519, VerifierKey, split_note

__all__ = ["Group", "TrustPolicy", "Trusted", "Witness"]

_NONE = "none"
_MOST_LINES = 10_000
#: C2SP: words are parted by space and tab alone; no other control character stands in a policy.
_BLANK = re.compile(r"[ \t]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True)
class Witness:
    """A witness: the name that the policy gives it, its key, and where it can be asked."""

    name: str
    key: VerifierKey
    url: str | None = None


@dataclass(frozen=True)
class Group:
    """A group of witnesses and groups, of which so many must have signed."""

    name: str
    needed: int
    members: tuple[str, ...]


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
    quorum: str = _NONE


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
    quorum: str = _NONE
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
        reader = _Reader(name)
        lines = text.split("\n")
        for number, line in enumerate(lines[:_MOST_LINES], 1):
            reader.check_letters(number, line)
            words = _BLANK.split(line.strip(" \t"))
            if words[0] and not words[0].startswith("#"):
                reader.read(number, words)
        if len(lines) > _MOST_LINES:
            raise reader.refused(
                _MOST_LINES + 1, "one line too many", "une ligne de trop", "a shorter file", "un fichier plus court"
            )
        reader.check_quorum(len(lines))
        return cls(reader.logs, reader.urls, reader.witnesses, reader.groups, reader.quorum or _NONE, reader.issuers)

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
        origin = split_note(note)[0].partition("\n")[0]
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
        met = {_NONE, *(name for name in signed if name in self.witnesses)}
        for group in self.groups.values():
            if sum(member in met for member in group.members) >= group.needed:
                met.add(group.name)
        return met


class NotTrusted(NotFound):
    """The policy does not reach that far: an unknown log, or too few witnesses. The honest answer is no."""


class _Reader:
    """Reads a policy line by line."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._members: set[str] = set()
        self.logs: dict[str, tuple[VerifierKey, ...]] = {}
        self.urls: dict[str, str] = {}
        self.witnesses: dict[str, Witness] = {}
        self.groups: dict[str, Group] = {}
        self.quorum = ""
        self.issuers: dict[str, tuple[VerifierKey, ...]] = {}

    def read(self, number: int, words: list[str]) -> None:
        """Read one line."""
        kinds = {
            "log": (self._log, 2, 3), "witness": (self._witness, 3, 4), "group": (self._group, 4, None),
            "quorum": (self._quorum, 2, 2), "issuer": (self._issuer, 2, 2),
        }  # fmt: skip
        known = kinds.get(words[0])
        if known is None:
            raise self.refused(number, words[0], words[0], ", ".join(kinds), ", ".join(kinds))
        act, least, most = known
        if len(words) < least or (most is not None and len(words) > most):
            raise self.refused(
                number,
                f"{words[0]} with {len(words) - 1} words behind it",
                f"{words[0]} suivi de {len(words) - 1} mots",
                *_SHAPES[words[0]],
            )
        act(number, words[1:])

    def check_letters(self, number: int, line: str) -> None:
        """Refuse control characters."""
        found = _CONTROL.search(line)
        if found:
            raise self.refused(
                number, f"the control character {found[0]!r}", f"le caractère de contrôle {found[0]!r}",
                "text with tabs, and line ends as on Unix", "du texte avec tabulations, et des fins de ligne Unix",
            )  # fmt: skip

    def check_quorum(self, number: int) -> None:
        """Refuse witnesses without a word on how many must sign: nobody would notice that none is asked for."""
        if self.witnesses and not self.quorum:
            raise self.refused(
                number, "witnesses and no quorum", "des témoins et aucun quorum",
                "a last line `quorum NAME`, or `quorum none`", "une dernière ligne `quorum NOM`, ou `quorum none`",
            )  # fmt: skip

    def _log(self, number: int, words: list[str]) -> None:
        key = self._key(number, words[0], ED25519)
        self._new_key(number, key, [one for keys in self.logs.values() for one in keys])
        self.logs[key.name] = (*self.logs.get(key.name, ()), key)
        if len(words) > 1:
            self.urls[key.name] = self._url(number, words[1])

    def _witness(self, number: int, words: list[str]) -> None:
        self._new_name(number, words[0])
        key = self._key(number, words[1], COSIGNATURE)
        self._new_key(number, key, [one.key for one in self.witnesses.values()])
        url = self._url(number, words[2]) if len(words) > 2 else None
        self.witnesses[words[0]] = Witness(words[0], key, url)

    def _group(self, number: int, words: list[str]) -> None:
        name, threshold, *members = words
        self._new_name(number, name)
        for member in members:
            if member not in self.witnesses and member not in self.groups:
                raise self.refused(
                    number, f"the unknown member {member}", f"le membre inconnu {member}",
                    "a witness or group of an earlier line", "un témoin ou groupe d'une ligne précédente",
                )  # fmt: skip
            if member in self._members:
                raise self.refused(
                    number, f"{member}, a member twice", f"{member}, deux fois membre",
                    "a member of one group only", "un membre d'un seul groupe",
                )  # fmt: skip
            self._members.add(member)
        needed = {"any": 1, "all": len(members)}.get(threshold)
        if needed is None:
            needed = int(threshold) if threshold.isascii() and threshold.isdigit() and len(threshold) < 6 else 0
        if not 1 <= needed <= len(members):
            raise self.refused(
                number, f"the threshold {threshold}", f"le seuil {threshold}",
                f"any, all, or a number from 1 to {len(members)}", f"any, all, ou un nombre de 1 à {len(members)}",
            )  # fmt: skip
        self.groups[name] = Group(name, needed, tuple(members))

    def _quorum(self, number: int, words: list[str]) -> None:
        if self.quorum:
            raise self.refused(number, "a second quorum", "un second quorum", "one quorum", "un seul quorum")
        if words[0] not in (_NONE, *self.witnesses, *self.groups):
            raise self.refused(
                number, f"the unknown name {words[0]}", f"le nom inconnu {words[0]}",
                "none, a witness or a group", "none, un témoin ou un groupe",
            )  # fmt: skip
        self.quorum = words[0]

    def _issuer(self, number: int, words: list[str]) -> None:
        key = self._key(number, words[0], ED25519)
        self.issuers[key.name] = (*self.issuers.get(key.name, ()), key)

    def _new_name(self, number: int, name: str) -> None:
        if name == _NONE or name in self.witnesses or name in self.groups:
            raise self.refused(
                number, f"the name {name} again", f"encore le nom {name}", "a new name", "un nouveau nom"
            )

    def _new_key(self, number: int, key: VerifierKey, known: list[VerifierKey]) -> None:
        if key.public in (one.public for one in known):
            raise self.refused(
                number, "a key named twice", "une clé nommée deux fois", "one line a key", "une ligne par clé"
            )

    def _key(self, number: int, text: str, kind: int) -> VerifierKey:
        try:
            key = VerifierKey.parse(text)
        except BadInput as error:
            raise self.refused(number, *error.got, *error.expected) from error
        if key.kind != kind:
            raise self.refused(
                number, f"a key of kind {key.kind}", f"une clé de genre {key.kind}", f"kind {kind}", f"le genre {kind}"
            )
        return key

    def _url(self, number: int, text: str) -> str:
        if not text.startswith(("https://", "http://")):
            raise self.refused(number, f"the address {text}", f"l'adresse {text}", "https://…", "https://…")
        return text

    def refused(self, number: int, got: str, got_fr: str, expected: str, expected_fr: str) -> BadInput:
        """Return the error of a line."""
        return BadInput(
            "sealing.trust.refused",
            got=(got, got_fr),
            expected=(expected, expected_fr),
            next_step=(
                "Correct the line; docs/how-to/witness.md shows a whole policy.",
                "Corrigez la ligne ; docs/how-to/witness.fr.md montre une politique complète.",
            ),
            place=Place(file=self._file, line=number),
        )


_SHAPES: dict[str, tuple[str, str]] = {
    "log": ("log KEY [URL]", "log CLÉ [URL]"),
    "witness": ("witness NAME KEY [URL]", "witness NOM CLÉ [URL]"),
    "group": ("group NAME any|all|K MEMBER…", "group NOM any|all|K MEMBRE…"),
    "quorum": ("quorum NAME", "quorum NOM"),
    "issuer": ("issuer KEY", "issuer CLÉ"),
}


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


def _too_few(policy: TrustPolicy, signed: list[str], met: set[str]) -> NotTrusted:
    group = policy.groups.get(policy.quorum) or Group(policy.quorum, 1, (policy.quorum,))
    left = [member for member in group.members if member not in met]
    more, names = group.needed - len(group.members) + len(left), ", ".join(left)
    return NotTrusted(
        "sealing.trust.witnesses",
        got=(f"cosignatures of {', '.join(signed) or 'no witness'}", f"des cosignatures de {', '.join(signed) or 'aucun témoin'}"),
        expected=(f"the quorum {policy.quorum} of your policy: {more} more of {names}", f"le quorum {policy.quorum} de votre politique : encore {more} parmi {names}"),
        next_step=("Ask for a newer receipt: it carries the cosignatures made since.", "Demandez un reçu plus récent : il porte les cosignatures faites depuis."),
    )  # fmt: skip
