"""Rules over the API: which there are, what each says, and what is in force."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from passavant.portal.operators.auth import session_auth
from passavant.portal.rulebook.models import Rule, Version
from passavant.portal.rulebook.permissions import readers
from passavant.portal.rulebook.services import days_tested, find, state_of

__all__ = ["router"]

router = Router(tags=["rules"], auth=session_auth.needing(readers))


class VersionShown(Schema):
    """One version: its state, the fields of the rule, its file and that file's SHA-256."""

    number: int
    state: str
    digest: str
    author: str
    note: str
    made_at: dt.datetime
    days_tested: int
    fields: dict[str, Any]
    file: str


class RuleShown(Schema):
    """A rule: its newest version, and the number of the one in force."""

    code: str
    in_force: int | None
    newest: VersionShown


class RuleWhole(Schema):
    """A rule with every version, newest first."""

    code: str
    in_force: int | None
    versions: list[VersionShown]


@router.get("", response=list[RuleShown], summary="Analysts' rules, each with its newest version")
def rules(request: HttpRequest) -> list[RuleShown]:
    """Answer them by code."""
    found = Rule.objects.select_related("active").prefetch_related("versions__author", "proposals")
    return [
        RuleShown(code=one.code, in_force=_in_force(one), newest=_shown(one.versions.all()[0]))
        for one in found
        if one.versions.all()
    ]


@router.get("/{code}", response=RuleWhole, summary="A rule with all its versions")
def rule(request: HttpRequest, code: str) -> RuleWhole:
    """Answer one by its code."""
    newest = find(code)
    versions = newest.rule.versions.select_related("rule", "author")
    return RuleWhole(code=code, in_force=_in_force(newest.rule), versions=[_shown(one) for one in versions])


def _in_force(rule: Rule) -> int | None:
    return rule.active.number if rule.active else None


def _shown(version: Version) -> VersionShown:
    return VersionShown(
        number=version.number, state=state_of(version).value, digest=version.digest, author=version.author.email,
        note=version.note, made_at=version.made_at, days_tested=days_tested(version), fields=version.fields, file=version.text,
    )  # fmt: skip
