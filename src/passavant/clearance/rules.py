"""Analyst rules: YAML, one condition each, what it leads to and the law behind it.

A rule sees the declared columns, the policy's amounts (minor units of the threshold currency), `text` (the description
in lower case) and `hours_before_arrival`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import ibis
from pydantic import BaseModel, ConfigDict, Field

from passavant.clearance.flags import ReasonBook
from passavant.clearance.scope import scope_of
from passavant.dataset.reasons import Bilingual, Certainty, Outcome, Reason, Reference
from passavant.engines.kinds import TEXT, Kind, number
from passavant.engines.rule_language import Expression, compile_rule, parse_rule
from passavant.engines.rule_types import check_rule
from passavant.errors import BadInput
from passavant.policy.names import DECLARED, DERIVED, kinds_of
from passavant.texts import load_yaml, validate

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["RuleSet", "apply_rules", "load_rules", "starter_rules"]

#: Names that only analyst rules may use, besides those of a policy.
EXTRA = {
    "text": TEXT, "hours_before_arrival": number(None, 19), "category": number(None, 3),
    **{name: number("due", 19) for name in ("duty_minor", "vat_minor", "customs_value_minor")},
}  # fmt: skip
_SECONDS_PER_HOUR = 3600


class _Rule(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str = Field(pattern="^[a-z][a-z0-9_]*$")
    when: str
    outcome: Outcome
    risk: Literal["fiscal", "non_fiscal", "environment", "quality"]
    restricted: bool = False
    declarant: bool = False
    audit: bool = False
    certainty: Certainty = "low"
    text: Bilingual
    reference: Reference


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    rules_version: str
    schema_version: Literal[1]
    licence: str
    source: Bilingual
    rules: list[_Rule]


@dataclass(frozen=True)
class RuleSet:
    """Checked analyst rules: conditions and reasons by code ``clearance.rule.<id>``, and the digest of their files."""

    conditions: Mapping[str, Expression]
    reasons: Mapping[str, Reason]
    digest: str


def starter_rules() -> Path:
    """Return the rule file that comes with Passavant: own lists, low certainty."""
    return Path(__file__).parent / "data" / "rules" / "starter.yaml"


def load_rules(paths: Sequence[Path] | None = None) -> RuleSet:
    """Read rule files (default: the starter set); an id may stand once over all files.

    Raises:
        BadInput: a mistake in a file, with its line.
    """
    files = tuple(paths) if paths else (starter_rules(),)
    return _load(files, tuple(path.stat().st_mtime_ns if path.exists() else 0 for path in files))


@cache
def _load(paths: tuple[Path, ...], _modified: tuple[int, ...]) -> RuleSet:
    conditions: dict[str, Expression] = {}
    reasons: dict[str, Reason] = {}
    digest = hashlib.sha256()
    for path in paths:
        document = load_yaml(path)
        for index, rule in enumerate(validate(_File, document).rules):
            code = f"clearance.rule.{rule.id}"
            if code in conditions:
                raise BadInput(
                    "clearance.rules.duplicate",
                    got=(f"the rule {rule.id} stands twice", f"la règle {rule.id} figure deux fois"),
                    expected=("each id once", "chaque identifiant une seule fois"),
                    next_step=("Rename one of them.", "Renommez l'une des deux."),
                    place=document.place("rules", index, "id"),
                )
            conditions[code] = parse_rule(rule.when, document.place("rules", index, "when"))
            check_rule(conditions[code], _kinds())
            reasons[code] = _reason(rule)
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return RuleSet(conditions, reasons, digest.hexdigest())


def _kinds() -> Mapping[str, Kind]:
    """Return what each name that an analyst rule may use stands for."""
    known = {name: kind for name, kind in kinds_of().items() if name in DECLARED or name in DERIVED}
    return known | EXTRA


def apply_rules(table: ir.Table, rules: RuleSet, book: ReasonBook, stage: Callable[[ir.Table], ir.Table]) -> ir.Table:
    """Mark every rule that is true of an item; restricted goods are raised to category 4."""
    ahead = (table.arrival_at.epoch_seconds() - table.lodged_at.epoch_seconds()) // _SECONDS_PER_HOUR
    columns = table.columns
    table = stage(table.mutate(text=table.description.lower().fill_null(""), hours_before_arrival=ahead))
    table = stage(table.mutate(text_counts=_any_pattern(table.text, rules)))
    scope: dict[str, Any] = dict(scope_of(table, None)) | {name: table[name] for name in EXTRA}
    found = {code: _condition(condition, scope, table.text_counts) for code, condition in rules.conditions.items()}
    table = book.mark(table, found).select(*columns)
    restricted = [code for code, reason in rules.reasons.items() if reason.full_declaration]
    raised = ibis.ifelse(book.has(table, restricted), 4, table.category).cast("int8")
    return table.mutate(category=raised)


def _any_pattern(text: Any, rules: RuleSet) -> Any:
    """Return whether any rule's pattern occurs in the text: most texts are searched once only."""
    patterns = [pattern for rule in rules.conditions.values() for pattern in rule.patterns("text") or []]
    anywhere = "|".join(f"(?:{pattern})" for pattern in dict.fromkeys(patterns))
    return text.re_search(anywhere) if patterns else ibis.literal(False)


def _condition(rule: Expression, scope: Mapping[str, Any], text_counts: Any) -> Any:
    """Compile a rule; where no pattern occurs in the text, it is judged as if there were none."""
    whole = compile_rule(rule, scope)
    if not rule.patterns("text"):
        return whole
    return ibis.ifelse(text_counts, whole, compile_rule(rule, {**scope, "text": ibis.literal("")}))


def _reason(rule: _Rule) -> Reason:
    return Reason(
        outcome=rule.outcome,
        text=rule.text,
        reference=rule.reference.en,
        reference_fr=rule.reference.french,
        declarant=rule.declarant,
        certainty=rule.certainty,
        full_declaration=rule.restricted,
        audit=rule.audit,
        risk=rule.risk,
    )
