"""What the deployment decides by: its policy, rules, rates, and the state that the lake's newest run left.

``PASSAVANT_POLICY`` names the policy (default: EU), ``PASSAVANT_RULES`` and ``PASSAVANT_RATES`` files, joined by colons; the
rulebook adds the rules that analysts brought into force.
"""

from __future__ import annotations

import os
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from passavant import settings
from passavant.clearance.assembled import keep_grounds
from passavant.clearance.prepared import Grounds
from passavant.clearance.rules import RuleSet, load_rules
from passavant.clearance.run import STRATUM_PPM
from passavant.clearance.run_law import RunLaw, all_reasons
from passavant.engines import open_duckdb
from passavant.lake import staged
from passavant.money.exchange import load_rates
from passavant.policy.load import Policy, load_policy
from passavant.portal.rulebook.services import active_files
from passavant.signals import Snapshot, fold_history, open_snapshot

__all__ = [
    "current_grounds",
    "current_law",
    "current_rules",
    "lake",
    "policy_of_deployment",
    "rate_files",
    "rule_files",
]


def lake() -> Path:
    """Return the folder of the lake."""
    return settings.home() / "lake"


def snapshots() -> Path:
    """Return the folder of the snapshots, each named by its digest."""
    return lake() / "snapshots"


def kept_grounds() -> Path:
    """Return the folder of all that ever decided, each by its basis."""
    return lake() / "grounds"


def policy_of_deployment() -> Policy:
    """Return the policy of the administration that this deployment serves."""
    return load_policy(os.environ.get("PASSAVANT_POLICY", "EU"))


def rule_files() -> tuple[Path, ...]:
    """Return the files of analyst rules in force: the deployment's own or those that come with Passavant, and the rulebook's."""
    return active_files()


def rate_files() -> tuple[Path, ...]:
    """Return the files of exchange rates laid over the European Central Bank's."""
    return _files("PASSAVANT_RATES")


def current_rules() -> RuleSet:
    """Return the analyst rules in force."""
    return load_rules(rule_files())


def law_stamp() -> tuple[object, ...]:
    """Return what changes when the policy, the rules or the rates in force do."""
    files = [(str(file), file.stat().st_mtime_ns) for file in (*rule_files(), *rate_files())]
    return policy_of_deployment().digest, *files


def current_grounds(snapshot: Path | None) -> Grounds:
    """Return what a declaration is decided by now, kept for the runs that will be made of its decisions.

    Args:
        snapshot: Folder of the newest snapshot; None before there is one.
    """
    policy, key_id = policy_of_deployment(), settings.key_id(settings.secret())
    state = _state(snapshot, policy, key_id)
    files = rule_files()
    return _kept(Grounds(policy, load_rules(files), load_rates(rate_files()), state, key_id, STRATUM_PPM, files))


def with_snapshot(grounds: Grounds, snapshot: Path | None) -> Grounds:
    """Return the same grounds with another state that is looked up, kept likewise."""
    return _kept(replace(grounds, snapshot=_state(snapshot, grounds.policy, grounds.key_id)))


def _kept(grounds: Grounds) -> Grounds:
    keep_grounds(grounds, kept_grounds())
    return grounds


def _state(snapshot: Path | None, policy: Policy, key_id: str) -> Snapshot:
    return open_snapshot(snapshot, policy, key_id=key_id) if snapshot else _empty(policy, key_id)


@lru_cache(maxsize=4)
def _law(policy: str, _stamp: tuple[object, ...]) -> RunLaw:
    loaded, rules = load_policy(policy), current_rules()
    return RunLaw(loaded, same=True, same_rules=True, reasons=all_reasons(loaded, rules))


def current_law() -> RunLaw:
    """Return the words of the law and of the reasons in force, read again when a file of rules changes."""
    return _law(os.environ.get("PASSAVANT_POLICY", "EU"), law_stamp())


def _empty(policy: Policy, key_id: str) -> Snapshot:
    target = snapshots() / f"empty-{policy.id}-{key_id}"
    if not (target / "snapshot.json").exists():
        with staged(target) as folder:
            fold_history(open_duckdb(), [], policy, folder, key_id=key_id)
    return open_snapshot(target, policy, key_id=key_id)


def _files(variable: str) -> tuple[Path, ...]:
    return tuple(Path(name) for name in os.environ.get(variable, "").split(os.pathsep) if name)
