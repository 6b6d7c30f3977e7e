"""A run sealed: its manifest by digest, and every decision by the root of a Merkle tree over their ids.

One entry of the log so proves each of a million decisions, and shows none of them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from passavant.clearance.leaf import leaf_sha256
from passavant.clearance.lookup import Found
from passavant.clearance.sealed_files import altered, check_files
from passavant.clearance.sealed_run import MANIFEST, RUN_TYPE, SealedRun, open_sealed
from passavant.errors import NotFound
from passavant.lake import read_manifest
from passavant.sealing import SigningKey, leaf_hash
from passavant.sealing.carriers import sidecar_of, write_receipt
from passavant.sealing.desk import Document, LocalDesk, RemoteDesk, seal
from passavant.sealing.merkle import Levels, verify_inclusion
from passavant.sealing.receipts import Receipt
from passavant.sealing.trust import TrustPolicy
from passavant.sealing.verification import Verdict

__all__ = ["RUN_TYPE", "DecisionProof", "prove_decision", "prove_found", "seal_run"]


@dataclass(frozen=True)
class DecisionProof:
    """One decision, proved to stand as it was sealed.

    Attributes:
        decision_id: SHA-256 of the decision's leaf, recomputed from the files, in hexadecimal.
        index: Its place among the run's decisions.
        size: How many they are.
        path: Audit path from the decision to the sealed root.
        root: That root.
        receipt: Receipt of the run's seal.
        verdict: What the receipt proves: who sealed, when, in which log.
    """

    decision_id: str
    index: int
    size: int
    path: tuple[bytes, ...]
    root: bytes
    receipt: Receipt
    verdict: Verdict

    def record(self) -> dict[str, Any]:
        """Return it for machines; path and receipt are all that another verifier needs beside the decision."""
        return {
            "decision_id": self.decision_id,
            "index": self.index,
            "size": self.size,
            "path": [one.hex() for one in self.path],
            "root": self.root.hex(),
            "receipt": self.receipt.text(),
            "seal": self.verdict.record(),
        }


def seal_run(out: Path, key: SigningKey, desk: LocalDesk | RemoteDesk) -> Receipt:
    """Seal a finished run and write the receipt beside its manifest.

    Args:
        out: A folder written by ``clear``.
        key: The issuer's key.
        desk: The log.

    Raises:
        BadInput: the folder holds no finished run.
        NotSealed: its tables are not those of its manifest.
        PassavantError: the log refuses, or cannot be reached.
    """
    check_files(out, read_manifest(out))  # what is sealed once cannot be sealed otherwise
    manifest = out / MANIFEST
    tree = _tree(out)
    document = Document(
        manifest,
        hashlib.sha256(manifest.read_bytes()).digest(),
        RUN_TYPE,
        tree_size=tree.size if tree else 0,
        tree_root=tree.root.hex() if tree else "",
    )
    (receipt,) = seal([document], key, desk)
    write_receipt(sidecar_of(manifest), receipt.text(), replace=True)
    return receipt


def prove_decision(
    out: Path, found: Found, policy: TrustPolicy, desk: LocalDesk | RemoteDesk | None = None
) -> DecisionProof:
    """Prove that a decision stands as it was sealed.

    Args:
        out: The run's folder.
        found: The decision and its items, as the files hold them now.
        policy: Whom one trusts; the issuers that it pins are those who may have sealed.
        desk: The log to ask whether the seal still holds, or None.

    Raises:
        NotFound: the run was never sealed, its log is not trusted, or the consignment has no decision.
        NotSealed: something was changed since, or the seal no longer holds; the message says what.
        BadInput: the receipt cannot be read.
    """
    return prove_found(open_sealed(out, policy, desk), found)


def prove_found(run: SealedRun, found: Found) -> DecisionProof:
    """Prove that a decision stands under the seal of a run that was checked already.

    Args:
        run: The run, its seal and tables checked.
        found: The decision and its items.

    Raises:
        NotFound: the consignment has no decision.
        NotSealed: the decision is not among the sealed ones.
    """
    if found.decision is None:
        raise _undecided(found.consignment_id)
    if not run.verdict.entry.statement.tree_root:
        raise altered(
            f"a decision of {found.consignment_id}", f"une décision de {found.consignment_id}",
            "a run without decisions, as it was sealed", "un traitement sans décision, tel qu'il a été scellé",
        )  # fmt: skip
    decision_id = leaf_sha256(found.decision, found.items, run.manifest)
    ids = _ids(run.out)
    if decision_id not in ids:
        raise altered(
            f"a decision whose leaf is {decision_id}", f"une décision dont la feuille est {decision_id}",
            "the leaf that was decided", "la feuille qui a été décidée",
        )  # fmt: skip
    said, index = run.verdict.entry.statement, ids.index(decision_id)
    tree = Levels([leaf_hash(bytes.fromhex(one)) for one in ids])
    path, root = tuple(tree.path(index)), bytes.fromhex(said.tree_root)
    if tree.size != said.tree_size or not verify_inclusion(
        index, tree.size, leaf_hash(bytes.fromhex(decision_id)), path, root
    ):
        raise altered(
            f"decisions whose root is {tree.root.hex()}", f"des décisions dont la racine est {tree.root.hex()}",
            f"the sealed root {said.tree_root}", f"la racine scellée {said.tree_root}",
        )  # fmt: skip
    return DecisionProof(decision_id, index, tree.size, path, root, run.receipt, run.verdict)


def _ids(out: Path) -> list[str]:
    """Return the ids of a run's decisions, in the order of its files."""
    files = sorted(out.glob("decisions*.parquet"))
    return [one for file in files for one in pq.read_table(file, columns=["decision_id"])["decision_id"].to_pylist()]


def _tree(out: Path) -> Levels | None:
    ids = _ids(out)
    return Levels([leaf_hash(bytes.fromhex(one)) for one in ids]) if ids else None


def _undecided(consignment: str) -> NotFound:
    return NotFound(
        "clearance.seal.undecided",
        got=(f"{consignment}, of which every row was rejected", f"{consignment}, dont toutes les lignes sont rejetées"),
        expected=("a consignment with a decision", "un envoi qui a fait l'objet d'une décision"),
        next_step=("Leave --proof out to see why.", "Retirez --proof pour voir pourquoi."),
    )
