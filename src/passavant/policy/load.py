"""Find, read and check a policy; a mistake is named with its file and line."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from passavant.dataset.reasons import Reason
from passavant.engines.rule_language import Expression, parse_rule
from passavant.errors import BadInput
from passavant.policy.checks import check_policy
from passavant.policy.faults import unknown
from passavant.policy.model import PolicyFile
from passavant.policy.reasons import policy_reasons
from passavant.texts import Document, load_yaml, validate

__all__ = ["CORRELATION", "HS6_CODES", "Policy", "load_policy", "shipped_policies"]

_TARIFFS = Path(__file__).parent / "data" / "tariffs"
#: Six-digit codes of HS 2022 and those of HS 2017 from which their goods came.
CORRELATION = _TARIFFS / "hs2022_to_hs2017.csv"
#: Every six-digit code of HS 2017 and HS 2022: a code that is not there has no rate.
HS6_CODES = _TARIFFS / "hs6_codes.csv"


@dataclass(frozen=True)
class Policy:
    """A checked policy.

    Attributes:
        file: Its content.
        expressions: Every rule's condition, parsed, by ``section.id``.
        reasons: The reasons its rules give, by code.
        digest: SHA-256 of the file, of the list of HS6 codes and of the tariff table it names.
        path: Where it was read.
    """

    file: PolicyFile
    expressions: Mapping[str, Expression]
    reasons: Mapping[str, Reason]
    digest: str
    path: Path

    @property
    def id(self) -> str:
        """Its short name, such as ``EU``."""
        return self.file.policy

    @property
    def tariff_path(self) -> Path | None:
        """The tariff table, when the policy names one."""
        name = self.file.tariff.file
        return _tariff_file(self.path, name) if name else None


def shipped_policies() -> dict[str, Path]:
    """Return the policies that come with Passavant, by id."""
    folder = Path(__file__).parent / "data" / "policies"
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}


def load_policy(name: str | Path) -> Policy:
    """Read a policy by id (``EU``) or from a file.

    Raises:
        BadInput: no such policy, or a mistake in the file: unknown key, hole in the dates, rule that names no column, …
    """
    shipped = shipped_policies()
    path = shipped.get(str(name).upper()) or Path(name)
    if not path.is_file():
        known = ", ".join(shipped)
        raise BadInput(
            "policy.file.unknown",
            got=(f"no policy {str(name)!r}", f"aucune réglementation {str(name)!r}"),
            expected=(f"one of {known}, or a YAML file", f"l'une de {known}, ou un fichier YAML"),
            next_step=("Run `passavant policy list`.", "Lancez `passavant policy list`."),
        )
    return _load(path.resolve(), path.stat().st_mtime_ns)


@cache
def _load(path: Path, _modified: int) -> Policy:
    document = load_yaml(path)
    file = validate(PolicyFile, document)
    expressions = parse_rules(file, document)
    check_policy(file, document, expressions)
    digest = hashlib.sha256(path.read_bytes())
    tables = [HS6_CODES]
    if file.tariff.file:
        tables += [_checked_tariff(path, file.tariff.file, document), CORRELATION]
    for table in tables:
        digest.update(hashlib.sha256(table.read_bytes()).digest())
    return Policy(file, expressions, policy_reasons(file), digest.hexdigest(), path)


def parse_rules(file: PolicyFile, document: Document) -> dict[str, Expression]:
    """Parse every condition of a policy; keys are ``section.id`` (schemes: ``scheme.id.valid`` and ``.applies``).

    Named conditions (``conditions.name``) are put in the place of their names; one may use those before it.
    """
    named: dict[str, Expression] = {}
    for name, text in file.conditions.items():
        named[name] = parse_rule(text, document.place("conditions", name)).expanded(named)
    rules = {key: rule.expanded(named) for key, rule in _parsed(file, document).items()}
    return {f"conditions.{name}": rule for name, rule in named.items()} | rules


def _parsed(file: PolicyFile, document: Document) -> dict[str, Expression]:
    found: dict[str, Expression] = {}
    for section in ("exclusion", "duty", "fee", "vat", "waiver", "requirement"):
        for index, rule in enumerate(getattr(file.rules, section)):
            place = document.place("rules", section, index, "when")
            found[f"{section}.{rule.id}"] = parse_rule(rule.when, place)
    for index, scheme in enumerate(file.rules.scheme):
        for verb, text in (("valid", scheme.valid_when), ("applies", scheme.applies_when)):
            found[f"scheme.{scheme.id}.{verb}"] = parse_rule(
                text, document.place("rules", "scheme", index, f"{verb}_when")
            )
    if file.quota:
        found["quota.count"] = parse_rule(file.quota.count_when, document.place("quota", "count_when"))
    return found


def _tariff_file(policy: Path, name: str) -> Path:
    beside = policy.parent / name
    return beside if beside.is_file() else _TARIFFS / name


def _checked_tariff(policy: Path, name: str, document: Document) -> Path:
    path = _tariff_file(policy, name)
    if not path.is_file():
        shipped = (found.name for found in _TARIFFS.glob("*.csv") if found not in (HS6_CODES, CORRELATION))
        what = (f"file beside {policy.name}", f"un fichier à côté de {policy.name}")
        raise unknown(document, ("tariff", "file"), name, what, shipped)
    return path
