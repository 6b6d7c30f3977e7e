"""Rules drafted, proposed, approved by another person, brought into force and taken out of it; each step in the trail."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from passavant.clearance.rules import load_rules, starter_rules
from passavant.portal.people.models import Person
from passavant.portal.rulebook import refusals
from passavant.portal.rulebook.content import Content, digest_of, loaded, read
from passavant.portal.rulebook.files import kept
from passavant.portal.rulebook.models import BackTest, Proposal, Rule, State, Version
from passavant.portal.trail.services import record

__all__ = [
    "active_files", "base_files", "content_of", "days_tested", "decide", "draft", "find", "may_approve", "open_proposal", "propose_activation",
    "propose_retirement", "state_of",
]  # fmt: skip

_PREFIX = "clearance.rule."


def base_files() -> tuple[Path, ...]:
    """Return the files that a deployment starts from: ``PASSAVANT_RULES``, else those that come with Passavant."""
    named = tuple(Path(name) for name in os.environ.get("PASSAVANT_RULES", "").split(os.pathsep) if name)
    return named or (starter_rules(),)


def active_files() -> tuple[Path, ...]:
    """Return every file of rules in force: the base, then each analyst's rule, by its code."""
    versions = Version.objects.filter(rule__active=F("pk")).order_by("rule_id")
    return (*base_files(), *(kept(one.rule_id, one.text) for one in versions))


def find(code: str, number: int | None = None) -> Version:
    """Return a version of a rule: the newest unless a number is given.

    Raises:
        NotFound: there is none.
    """
    versions = Version.objects.select_related("rule", "rule__active", "author").filter(rule_id=code)
    found = versions.filter(number=number).first() if number is not None else versions.order_by("-number").first()
    if found is None:
        raise refusals.no_rule(code)
    return found


def content_of(version: Version) -> Content:
    """Return what a version says."""
    return read(version.fields)


@transaction.atomic
def draft(content: Content, note: str, *, by: Person, new: bool = False) -> Version:
    """Keep a new version of a rule, the first where there is none.

    Args:
        content: What it says.
        note: What changed, in a sentence.
        by: Its author.
        new: Whether the rule must not exist yet.

    Raises:
        BadInput: the rule does not hold, its code is taken, or nothing changed.
    """
    content.checked()
    if _PREFIX + content.code in load_rules(base_files()).conditions:
        raise refusals.taken(content.code)
    rule, made = Rule.objects.select_for_update().get_or_create(code=content.code)
    if new and not made:
        raise refusals.taken(content.code)
    text = content.file()
    last = rule.versions.order_by("-number").first()
    if last is not None and last.text == text:
        raise refusals.same(last.number)
    version = Version.objects.create(
        rule=rule, number=last.number + 1 if last else 1, fields=content.fields(), text=text,
        digest=digest_of(text), author=by, note=note,
    )  # fmt: skip
    _record("passavant.rule.drafted", version, by, note)
    return version


@transaction.atomic
def propose_activation(version: Version, reason: str, *, by: Person) -> Proposal:
    """Ask that a version come into force, for the first time or again.

    Raises:
        BadInput: it is in force, was not back-tested long enough, or another proposal waits.
    """
    rule = Rule.objects.select_for_update().get(pk=version.rule_id)
    if rule.active_id == version.pk:
        raise refusals.not_in_force(wanted=False)
    needed, tested = settings.PASSAVANT_BACK_TEST_DAYS, days_tested(version)
    if tested < needed:
        raise refusals.untested(tested, needed)
    return _propose(version, Proposal.Kind.ACTIVATE, reason, by)


@transaction.atomic
def propose_retirement(version: Version, reason: str, *, by: Person) -> Proposal:
    """Ask that the version in force no longer be.

    Raises:
        BadInput: it is not in force, or another proposal waits.
    """
    rule = Rule.objects.select_for_update().get(pk=version.rule_id)
    if rule.active_id != version.pk:
        raise refusals.not_in_force(wanted=True)
    return _propose(version, Proposal.Kind.RETIRE, reason, by)


@transaction.atomic
def decide(proposal: Proposal, approved: bool, reason: str, *, by: Person) -> Proposal:
    """Approve or refuse what somebody proposed; what is approved takes effect at once.

    The proposer may take a proposal back, which counts as refused; to approve takes another person, who did not write the rule
    that comes into force.

    Raises:
        BadInput: no reason, decided already, or approved by its author or proposer.
    """
    reason = _reason(reason)
    rule = Rule.objects.select_for_update().get(pk=proposal.rule_id)
    waiting = Proposal.objects.select_related("version").get(pk=proposal.pk)
    if waiting.decided_at is not None:
        raise refusals.decided()
    version = waiting.version
    if approved and not may_approve(waiting, by):
        raise refusals.alone()
    waiting.decided_by, waiting.decided_reason, waiting.decided_at = by, reason, timezone.now()
    waiting.approved = approved
    waiting.save(update_fields=["decided_by", "decided_reason", "decided_at", "approved"])
    if not approved:
        _record("passavant.rule.refused", version, by, reason)
        return waiting
    activates = waiting.kind == Proposal.Kind.ACTIVATE
    rule.active = version if activates else None
    rule.save(update_fields=["active"])
    if activates:
        _together(version)
    _record("passavant.rule.activated" if activates else "passavant.rule.retired", version, by, reason)
    return waiting


def may_approve(proposal: Proposal, person: Person) -> bool:
    """Return whether a person is another than the proposer and, where a rule comes into force, than its author."""
    activates = proposal.kind == Proposal.Kind.ACTIVATE
    return person.pk != proposal.proposed_by_id and not (activates and person.pk == proposal.version.author_id)


def open_proposal(rule: Rule) -> Proposal | None:
    """Return the proposal that waits for a second person, if any."""
    waiting = rule.proposals.filter(decided_at__isnull=True)
    return waiting.select_related("version", "version__author", "proposed_by").first()


def days_tested(version: Version) -> int:
    """Return on how many days with declarations this very file was back-tested, in its longest test."""
    tests = BackTest.objects.filter(version__rule_id=version.rule_id, digest=version.digest, days_tested__isnull=False)
    return max((days or 0 for days in tests.values_list("days_tested", flat=True)), default=0)


def state_of(version: Version, proposals: Sequence[Proposal] | None = None) -> State:
    """Return where a version stands.

    Args:
        version: The version, its rule with it.
        proposals: Those of the rule, where they are at hand.
    """
    own = [
        one
        for one in (version.rule.proposals.all() if proposals is None else proposals)
        if one.version_id == version.pk
    ]
    if version.rule.active_id == version.pk:
        return State.ACTIVE
    if any(one.decided_at is None for one in own):
        return State.PROPOSED
    if any(one.approved and one.kind == Proposal.Kind.ACTIVATE for one in own):
        return State.RETIRED
    return State.TESTED if days_tested(version) >= settings.PASSAVANT_BACK_TEST_DAYS else State.DRAFT


def _propose(version: Version, kind: Proposal.Kind, reason: str, by: Person) -> Proposal:
    reason = _reason(reason)
    if open_proposal(version.rule) is not None:
        raise refusals.open_already()
    made = Proposal.objects.create(version=version, rule=version.rule, kind=kind, proposed_by=by, reason=reason)
    activates = kind == Proposal.Kind.ACTIVATE
    _record("passavant.rule.proposed" if activates else "passavant.rule.retirement_proposed", version, by, reason)
    return made


def _together(version: Version) -> None:
    """Read the rule with all others in force: a set that cannot be read would stop every decision."""
    others = Version.objects.filter(rule__active=F("pk")).exclude(pk=version.pk).order_by("rule_id")
    loaded(version.text, beside=(*base_files(), *(kept(one.rule_id, one.text) for one in others)))
    kept(version.rule_id, version.text)


def _reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise refusals.no_reason()
    return reason


def _record(action: str, version: Version, by: Person, reason: str) -> None:
    record(
        action, actor=by.email, object_type="rule", object_id=f"{version.rule_id}/{version.number}", purpose=reason[:500],
        data={"digest": version.digest},
    )  # fmt: skip
