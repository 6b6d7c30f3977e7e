"""The law and the analyst rules of a run, as its folder keeps them: what an explanation and a report quote.

A run keeps a copy of its policy and of its rules. Without a copy, the policy and the rules that come with Passavant serve,
and where their digest is not the run's, their words are shown without their amounts and with a doubt.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from passavant import settings
from passavant.clearance.pipeline import reason_book
from passavant.clearance.quality import required_reasons
from passavant.clearance.rules import RuleSet, load_rules
from passavant.dataset.reasons import Reason, load_reasons
from passavant.errors import PassavantError
from passavant.lake import file_sha256
from passavant.policy import Policy, PolicyFile, load_policy, shipped_policies
from passavant.policy.display import parameter_texts
from passavant.policy.reasons import policy_reasons
from passavant.texts import Text, load_yaml, validate

__all__ = ["RunLaw", "all_reasons", "law_of"]

_NO_POLICY = Text(
    "The policy of this run is not at hand: its reasons appear by code only.",
    "La réglementation de ce traitement n'est pas disponible : ses motifs n'apparaissent que par leur code.",
)
_OTHER_POLICY = Text(
    "The policy at hand is not the one that decided: its texts may differ, and its amounts are left out.",
    "La réglementation disponible n'est pas celle qui a décidé : ses textes peuvent différer, et ses montants sont omis.",
)
_OTHER_RULES = Text(
    "The analyst rules at hand are not those of the run: their texts may differ, and reasons without a text appear by code.",
    "Les règles d'analyste disponibles ne sont pas celles du traitement : leurs textes peuvent différer, et les motifs sans "
    "texte apparaissent par leur code.",
)


@dataclass(frozen=True)
class RunLaw:
    """The policy of a run and the meaning of its reasons.

    Attributes:
        policy: The policy at hand (None when there is none); only its texts serve, its tariff may be absent.
        same: Whether it is the one that decided.
        same_rules: Whether the analyst rules at hand are those of the run.
        reasons: Every reason by code.
    """

    policy: Policy | None
    same: bool
    same_rules: bool
    reasons: Mapping[str, Reason]
    _shown: dict[tuple[dt.date, str | None], dict[str, str]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def doubts(self) -> list[Text]:
        """What a reader should know before trusting the words."""
        if self.policy is None:
            return [_NO_POLICY]
        return [*([] if self.same else [_OTHER_POLICY]), *([] if self.same_rules else [_OTHER_RULES])]

    @property
    def threshold_currency(self) -> str | None:
        """Currency in which thresholds are compared."""
        return self.policy.file.threshold_currency if self.policy else None

    def parameters(self, on: dt.date | None, language: str | None = None) -> dict[str, str]:
        """Return the policy's values in force on a day, as texts show them; none of a policy that did not decide."""
        if not (self.policy and self.same and on):
            return {}
        spoken = language or settings.language()
        if (on, spoken) not in self._shown:
            self._shown[on, spoken] = parameter_texts(self.policy, on, spoken)
        return self._shown[on, spoken]


def law_of(out: Path, manifest: Mapping[str, Any], *, rules: RuleSet | None = None) -> RunLaw:
    """Find the policy and the analyst rules of a run.

    Args:
        out: The run's folder.
        manifest: Its manifest.
        rules: The run's rules, when they are at hand elsewhere.
    """
    policy, same = _policy(out, manifest)
    found, same_rules = (rules, _is_digest(rules, manifest)) if rules else _rules(out, manifest)
    return RunLaw(policy, same, same_rules, all_reasons(policy, found))


def all_reasons(policy: Policy | None, rules: RuleSet) -> dict[str, Reason]:
    """Return the reasons that a policy and rules can give; without a policy, those that every policy can."""
    if policy is not None:
        return reason_book(policy, rules).reasons
    rooms = [load_reasons(room) for room in ("policy", "signals", "clearance", "dataset")]
    return {code: reason for part in (*rooms, rules.reasons, required_reasons()) for code, reason in part.items()}


def _policy(out: Path, manifest: Mapping[str, Any]) -> tuple[Policy | None, bool]:
    told = manifest["policy"]
    path = _kept(out, manifest, told.get("file"))
    if path is not None:
        try:
            return _texts_of(path, told["digest"]), True
        except PassavantError:
            pass  # a copy of a form that this version does not read
    if told["id"] not in shipped_policies():
        return None, False
    shipped = load_policy(told["id"])
    return shipped, shipped.digest == told["digest"]


def _texts_of(path: Path, digest: str) -> Policy:
    """Read a policy for its texts: no condition is parsed and no tariff table is looked for."""
    file = validate(PolicyFile, load_yaml(path))
    return Policy(file, {}, policy_reasons(file), digest, path)


def _rules(out: Path, manifest: Mapping[str, Any]) -> tuple[RuleSet, bool]:
    told = manifest.get("rules") or []
    kept = [_kept(out, manifest, entry.get("file")) for entry in told]
    paths = [path for path in kept if path is not None]
    if paths and len(paths) == len(kept):
        try:
            found = load_rules(paths)
            return found, _is_digest(found, manifest)
        except PassavantError:
            pass  # a copy of a form that this version does not read
    starter = load_rules()
    return starter, _is_digest(starter, manifest)


def _is_digest(rules: RuleSet, manifest: Mapping[str, Any]) -> bool:
    return bool(rules.digest == manifest.get("digests", {}).get("rules"))


def _kept(out: Path, manifest: Mapping[str, Any], name: str | None) -> Path | None:
    """Return a file of the run when it is the one that the manifest lists, byte for byte."""
    listed = manifest.get("files", {}).get(name, {}).get("sha256") if name else None
    path = out / str(name)
    if listed is None or not path.resolve().is_relative_to(out.resolve()) or not path.is_file():
        return None
    return path if file_sha256(path) == listed else None
