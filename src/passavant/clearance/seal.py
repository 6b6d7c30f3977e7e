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
from passavant.errors import BadInput, NotFound, Place
from passavant.lake import file_sha256, read_manifest
from passavant.sealing import SigningKey, leaf_hash
from passavant.sealing.carriers import find_receipt, sidecar_of, write_receipt
from passavant.sealing.desk import Document, LocalDesk, RemoteDesk, seal
from passavant.sealing.merkle import Levels, verify_inclusion
from passavant.sealing.receipts import Receipt
from passavant.sealing.trust import TrustPolicy
from passavant.sealing.verification import NotSealed, Verdict, verify_receipt

__all__ = ["RUN_TYPE", "DecisionProof", "prove_decision", "seal_run"]

#: Kind of document of a sealed run.
RUN_TYPE = "passavant.run"
_MANIFEST = "manifest.json"


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
        PassavantError: the log refuses, or cannot be reached.
    """
    read_manifest(out)
    manifest = out / _MANIFEST
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


def prove_decision(out: Path, found: Found, policy: TrustPolicy) -> DecisionProof:
    """Prove that a decision stands as it was sealed.

    Args:
        out: The run's folder.
        found: The decision and its items, as the files hold them now.
        policy: Whom one trusts.

    Raises:
        NotFound: the run was never sealed, or the consignment has no decision.
        NotSealed: something was changed since; the message says what.
        BadInput: the receipt cannot be read, or the log is not trusted.
    """
    decision = found.decision
    if decision is None:
        raise _undecided(found.consignment_id)
    manifest = out / _MANIFEST
    receipt = _receipt(manifest)
    verdict = verify_receipt(receipt, hashlib.sha256(manifest.read_bytes()).digest(), policy)
    decision_id = leaf_sha256(decision, found.items, read_manifest(out))
    ids = _ids(out)
    if decision_id not in ids:
        raise _altered(
            f"a decision whose leaf is {decision_id}", f"une décision dont la feuille est {decision_id}",
            "the leaf that was decided", "la feuille qui a été décidée",
        )  # fmt: skip
    said, index = verdict.entry.statement, ids.index(decision_id)
    tree = Levels([leaf_hash(bytes.fromhex(one)) for one in ids])
    path, root = tuple(tree.path(index)), bytes.fromhex(said.tree_root)
    if tree.size != said.tree_size or not verify_inclusion(
        index, tree.size, leaf_hash(bytes.fromhex(decision_id)), path, root
    ):
        raise _altered(
            f"decisions whose root is {tree.root.hex()}", f"des décisions dont la racine est {tree.root.hex()}",
            f"the sealed root {said.tree_root}", f"la racine scellée {said.tree_root}",
        )  # fmt: skip
    _check_files(out)
    return DecisionProof(decision_id, index, tree.size, path, root, receipt, verdict)


def _check_files(out: Path) -> None:
    """Check the files that an explanation is read from: it shows columns that no leaf holds."""
    for name, told in read_manifest(out)["files"].items():
        if name.endswith(".parquet") and "/" not in name and file_sha256(out / name) != told["sha256"]:
            raise _altered(
                f"the leaf that was decided, but a file {name} that was changed elsewhere",
                f"la feuille qui a été décidée, mais un fichier {name} modifié ailleurs",
                f"the sealed file, sha-256:{told['sha256']}", f"le fichier scellé, sha-256:{told['sha256']}",
            )  # fmt: skip


def _ids(out: Path) -> list[str]:
    """Return the ids of a run's decisions, in the order of its files."""
    files = sorted(out.glob("decisions*.parquet"))
    return [one for file in files for one in pq.read_table(file, columns=["decision_id"])["decision_id"].to_pylist()]


def _tree(out: Path) -> Levels | None:
    ids = _ids(out)
    return Levels([leaf_hash(bytes.fromhex(one)) for one in ids]) if ids else None


def _receipt(manifest: Path) -> Receipt:
    try:
        found = find_receipt(manifest)
    except NotFound as error:
        raise NotFound(
            "clearance.seal.none",
            got=("a run that was not sealed", "un traitement qui n'a pas été scellé"),
            expected=(sidecar_of(manifest).name, sidecar_of(manifest).name),
            next_step=(
                f"Seal it: passavant seal {manifest.parent}; or clear with --seal.",
                f"Scellez-le : passavant seal {manifest.parent} ; ou dédouanez avec --seal.",
            ),
            place=Place(file=str(manifest.parent)),
        ) from error
    if isinstance(found.content, bytes):
        raise BadInput(
            "clearance.seal.form",
            got=("a COSE receipt", "un reçu COSE"),
            expected=("a .tlog-proof", "un .tlog-proof"),
            next_step=("Seal the run again.", "Scellez à nouveau le traitement."),
        )
    return Receipt.parse(found.content)


def _undecided(consignment: str) -> NotFound:
    return NotFound(
        "clearance.seal.undecided",
        got=(f"{consignment}, of which every row was rejected", f"{consignment}, dont toutes les lignes sont rejetées"),
        expected=("a consignment with a decision", "un envoi qui a fait l'objet d'une décision"),
        next_step=("Leave --proof out to see why.", "Retirez --proof pour voir pourquoi."),
    )


def _altered(got: str, got_fr: str, expected: str, expected_fr: str) -> NotSealed:
    return NotSealed(
        "clearance.seal.altered",
        got=(got, got_fr),
        expected=(expected, expected_fr),
        next_step=(
            "The files of the run were changed after they were sealed: restore them, and find out who did it.",
            "Les fichiers du traitement ont été modifiés après le scellement : restaurez-les et recherchez l'auteur.",
        ),
    )
