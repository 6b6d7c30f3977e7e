"""The lines of a trust policy (C2SP tlog-policy): read one by one, each refused with its number where it is not understood."""

from __future__ import annotations

import re
from dataclasses import dataclass

from passavant.errors import BadInput, Place
from passavant.sealing.notes import COSIGNATURE, ED25519, VerifierKey

__all__ = ["NONE", "Group", "PolicyLines", "Witness", "given_key"]

#: The quorum of a policy that asks for no witness.
NONE = "none"
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


def given_key(text: str) -> VerifierKey:
    """Read a key as it is handed over: bare, or in a line of a policy such as ``log KEY``.

    Raises:
        BadInput: it is neither.
    """
    words = text.split()
    at = {"log": 1, "issuer": 1, "witness": 2}.get(words[0], 0) if words else 0
    return VerifierKey.parse(words[at] if len(words) > at else text)


class PolicyLines:
    """What the lines of a policy say.

    Args:
        file: The policy's name, for messages.
    """

    def __init__(self, file: str) -> None:
        self._file = file
        self._members: set[str] = set()
        self.logs: dict[str, tuple[VerifierKey, ...]] = {}
        self.urls: dict[str, str] = {}
        self.witnesses: dict[str, Witness] = {}
        self.groups: dict[str, Group] = {}
        self.quorum = ""
        self.issuers: dict[str, tuple[VerifierKey, ...]] = {}

    def read(self, text: str) -> None:
        """Read all lines.

        Raises:
            BadInput: a line is not understood.
        """
        lines = text.split("\n")
        for number, line in enumerate(lines[:_MOST_LINES], 1):
            self._check_letters(number, line)
            words = _BLANK.split(line.strip(" \t"))
            if words[0] and not words[0].startswith("#"):
                self._read(number, words)
        if len(lines) > _MOST_LINES:
            raise self._refused(
                _MOST_LINES + 1, "one line too many", "une ligne de trop", "a shorter file", "un fichier plus court"
            )
        self._check_quorum(len(lines))

    def _read(self, number: int, words: list[str]) -> None:
        kinds = {
            "log": (self._log, 2, 3), "witness": (self._witness, 3, 4), "group": (self._group, 4, None),
            "quorum": (self._quorum, 2, 2), "issuer": (self._issuer, 2, 2),
        }  # fmt: skip
        known = kinds.get(words[0])
        if known is None:
            raise self._refused(number, words[0], words[0], ", ".join(kinds), ", ".join(kinds))
        act, least, most = known
        if len(words) < least or (most is not None and len(words) > most):
            raise self._refused(
                number,
                f"{words[0]} with {len(words) - 1} words behind it",
                f"{words[0]} suivi de {len(words) - 1} mots",
                *_SHAPES[words[0]],
            )
        act(number, words[1:])

    def _check_letters(self, number: int, line: str) -> None:
        """Refuse control characters."""
        found = _CONTROL.search(line)
        if found:
            raise self._refused(
                number, f"the control character {found[0]!r}", f"le caractère de contrôle {found[0]!r}",
                "text with tabs, and line ends as on Unix", "du texte avec tabulations, et des fins de ligne Unix",
            )  # fmt: skip

    def _check_quorum(self, number: int) -> None:
        """Refuse witnesses without a word on how many must sign: nobody would notice that none is asked for."""
        if self.witnesses and not self.quorum:
            raise self._refused(
                number, "witnesses and no quorum", "des témoins et aucun quorum",
                "a last line `quorum NAME`, or `quorum none`", "une dernière ligne `quorum NOM`, ou `quorum none`",
            )  # fmt: skip

    def _log(self, number: int, words: list[str]) -> None:
        key = self._key(number, words[0], ED25519)
        self._new_key(number, key)
        self.logs[key.name] = (*self.logs.get(key.name, ()), key)
        if len(words) > 1:
            self.urls[key.name] = self._url(number, words[1])

    def _witness(self, number: int, words: list[str]) -> None:
        self._new_name(number, words[0])
        key = self._key(number, words[1], COSIGNATURE)
        self._new_key(number, key)
        url = self._url(number, words[2]) if len(words) > 2 else None
        self.witnesses[words[0]] = Witness(words[0], key, url)

    def _group(self, number: int, words: list[str]) -> None:
        name, threshold, *members = words
        self._new_name(number, name)
        for member in members:
            if member not in self.witnesses and member not in self.groups:
                raise self._refused(
                    number, f"the unknown member {member}", f"le membre inconnu {member}",
                    "a witness or group of an earlier line", "un témoin ou groupe d'une ligne précédente",
                )  # fmt: skip
            if member in self._members:
                raise self._refused(
                    number, f"{member}, a member twice", f"{member}, deux fois membre",
                    "a member of one group only", "un membre d'un seul groupe",
                )  # fmt: skip
            self._members.add(member)
        needed = {"any": 1, "all": len(members)}.get(threshold)
        if needed is None:
            needed = int(threshold) if threshold.isascii() and threshold.isdigit() and len(threshold) < 6 else 0
        if not 1 <= needed <= len(members):
            raise self._refused(
                number, f"the threshold {threshold}", f"le seuil {threshold}",
                f"any, all, or a number from 1 to {len(members)}", f"any, all, ou un nombre de 1 à {len(members)}",
            )  # fmt: skip
        self.groups[name] = Group(name, needed, tuple(members))

    def _quorum(self, number: int, words: list[str]) -> None:
        if self.quorum:
            raise self._refused(number, "a second quorum", "un second quorum", "one quorum", "un seul quorum")
        if words[0] not in (NONE, *self.witnesses, *self.groups):
            raise self._refused(
                number, f"the unknown name {words[0]}", f"le nom inconnu {words[0]}",
                "none, a witness or a group", "none, un témoin ou un groupe",
            )  # fmt: skip
        self.quorum = words[0]

    def _issuer(self, number: int, words: list[str]) -> None:
        key = self._key(number, words[0], ED25519)
        self.issuers[key.name] = (*self.issuers.get(key.name, ()), key)

    def _new_name(self, number: int, name: str) -> None:
        if name == NONE or name in self.witnesses or name in self.groups:
            raise self._refused(
                number, f"the name {name} again", f"encore le nom {name}", "a new name", "un nouveau nom"
            )

    def _new_key(self, number: int, key: VerifierKey) -> None:
        """Refuse the same 32 bytes twice, also once as a log's and once as a witness's: nobody vouches for himself."""
        known = [*(one for keys in self.logs.values() for one in keys), *(one.key for one in self.witnesses.values())]
        if key.public in (one.public for one in known):
            raise self._refused(
                number, "a key named twice", "une clé nommée deux fois", "one line a key", "une ligne par clé"
            )

    def _key(self, number: int, text: str, kind: int) -> VerifierKey:
        try:
            key = VerifierKey.parse(text)
        except BadInput as error:
            raise self._refused(number, *error.got, *error.expected) from error
        if key.kind != kind:
            raise self._refused(
                number, f"a key of kind {key.kind}", f"une clé de genre {key.kind}", f"kind {kind}", f"le genre {kind}"
            )
        return key

    def _url(self, number: int, text: str) -> str:
        if not text.startswith(("https://", "http://")):
            raise self._refused(number, f"the address {text}", f"l'adresse {text}", "https://…", "https://…")
        return text

    def _refused(self, number: int, got: str, got_fr: str, expected: str, expected_fr: str) -> BadInput:
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
