"""Why something about a rule is refused, in both languages."""

from __future__ import annotations

from collections.abc import Sequence

from passavant.errors import BadInput, NotFound, Place
from passavant.portal.rulebook.language import meaning

__all__ = [
    "alone", "decided", "no_lake", "no_reason", "no_rule", "not_in_force", "open_already", "same", "taken", "unkept", "untested",
]  # fmt: skip


def no_rule(code: str) -> NotFound:
    """There is no such rule or version."""
    return NotFound(
        "portal.rules.none",
        got=(f"no rule {code[:60]!r}", f"aucune règle {code[:60]!r}"),
        expected=("the code of a rule", "le code d'une règle"),
        next_step=("Choose one from the list of rules.", "Choisissez-en une dans la liste des règles."),
    )


def taken(code: str) -> BadInput:
    """The code is that of another rule."""
    return BadInput(
        "portal.rules.taken",
        got=(f"the code {code}, which another rule has", f"le code {code}, qu'une autre règle porte"),
        expected=("a code that no rule has, in force or not", "un code qu'aucune règle ne porte, en vigueur ou non"),
        next_step=("Choose another code.", "Choisissez un autre code."),
        place=Place(field="code", value=code),
    )


def same(number: int) -> BadInput:
    """Nothing was changed."""
    return BadInput(
        "portal.rules.same",
        got=(f"the same words as version {number}", f"les mêmes termes que la version {number}"),
        expected=("a change", "une modification"),
        next_step=("Change something, or keep that version.", "Modifiez quelque chose, ou gardez cette version."),
        place=Place(field="when"),
    )


def no_reason(field: str = "reason") -> BadInput:
    """A reason is missing."""
    return BadInput(
        "portal.rules.reason",
        got=("no reason", "aucun motif"),
        expected=("why, in a sentence", "pourquoi, en une phrase"),
        next_step=("Write the reason: it stands in the trail.", "Écrivez le motif : il figure dans la piste d'audit."),
        place=Place(field=field),
    )


def untested(tested: int, needed: int) -> BadInput:
    """The back-test that activation needs is missing."""
    return BadInput(
        "portal.rules.untested",
        got=(f"a version back-tested on {tested} days", f"une version testée rétrospectivement sur {tested} jours"),
        expected=(f"a back-test of this very version on at least {needed} days that have declarations", f"un test rétrospectif de cette version même sur au moins {needed} jours comportant des déclarations"),
        next_step=("Run a back-test on a longer period, then propose it.", "Lancez un test sur une période plus longue, puis proposez-la."),
    )  # fmt: skip


def open_already() -> BadInput:
    """Another proposal waits."""
    return BadInput(
        "portal.rules.proposal.open",
        got=("a second proposal for the same rule", "une seconde proposition pour la même règle"),
        expected=("one proposal at a time", "une proposition à la fois"),
        next_step=("Have the first one decided.", "Faites d'abord trancher la première."),
    )


def alone() -> BadInput:
    """The author or the proposer may not approve."""
    return BadInput(
        "portal.rules.alone",
        got=("the approval of the one who wrote or proposed it", "l'approbation de qui l'a écrite ou proposée"),
        expected=("another person: four eyes see more than two", "une autre personne : quatre yeux voient mieux que deux"),
        next_step=("Ask a colleague, an analyst or a supervisor.", "Demandez à un collègue, analyste ou superviseur."),
    )  # fmt: skip


def decided() -> BadInput:
    """The proposal is decided already."""
    return BadInput(
        "portal.rules.proposal.decided",
        got=("a proposal that was decided already", "une proposition déjà tranchée"),
        expected=("one that waits", "une proposition en attente"),
        next_step=("Look at the rule again.", "Relisez la règle."),
    )


def not_in_force(wanted: bool) -> BadInput:
    """What is asked is the case already."""
    return BadInput(
        "portal.rules.force",
        got=("a version that is not in force", "une version qui n'est pas en vigueur") if wanted else ("the version that is in force", "la version en vigueur"),
        expected=("the one in force", "celle en vigueur") if wanted else ("another version", "une autre version"),
        next_step=("Look at the rule again.", "Relisez la règle."),
    )  # fmt: skip


def no_lake() -> BadInput:
    """There is nothing to test on."""
    return BadInput(
        "portal.rules.no_lake",
        got=("no decision in that period", "aucune décision dans cette période"),
        expected=("published decisions to test on", "des décisions publiées sur lesquelles tester"),
        next_step=("Choose a longer period, or wait until declarations have been decided and published.", "Choisissez une période plus longue, ou attendez que des déclarations aient été traitées et publiées."),
    )  # fmt: skip


def unkept(names: Sequence[str], kept: Sequence[str]) -> BadInput:
    """The rule names what published decisions do not hold: nothing else is tested in its place."""
    en, fr = (", ".join(f"{name} ({meaning(name).say(language)})" for name in names) for language in ("en", "fr"))
    return BadInput(
        "portal.rules.unkept",
        got=(f"a rule on what published decisions do not keep: {en}", f"une règle sur ce que les décisions publiées ne conservent pas : {fr}"),
        expected=(f"only what they keep: {', '.join(kept)}", f"seulement ce qu'elles conservent : {', '.join(kept)}"),
        next_step=("Write the condition on a kept column. This one cannot be tested on the past, so it cannot be brought into force here.", "Écrivez la condition sur une colonne conservée. Celle-ci ne peut être testée sur le passé, donc elle ne peut être mise en vigueur ici."),
        place=Place(field="when", value=", ".join(names)),
    )  # fmt: skip
