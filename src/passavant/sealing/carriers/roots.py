"""The root that a path leads to (RFC 9162 §2.1.3.2, §2.1.4.2), for proofs whose root is signed but not sent along.

>>> from passavant.sealing.merkle import leaf_hash, root_of
>>> leaves = [leaf_hash(b"first"), leaf_hash(b"second")]
>>> root_of_inclusion(0, 2, leaves[0], leaves[1:]) == root_of(leaves)
True

What a path leads to is a guess until a signature over it holds: these functions never say that a proof is right.
"""

from __future__ import annotations

from collections.abc import Sequence

from passavant.sealing.merkle import HASH_SIZE, node_hash, verify_consistency, verify_inclusion

__all__ = ["root_of_consistency", "root_of_inclusion"]


def root_of_inclusion(index: int, size: int, leaf: bytes, path: Sequence[bytes]) -> bytes | None:
    """Return the root to which an audit path leads from a leaf hash, or None if the path fits no such tree.

    Args:
        index: Place of the leaf, from 0.
        size: Leaves in the tree.
        leaf: Hash of the leaf, 32 bytes.
        path: Audit path, from the leaf upwards.
    """
    if not 0 <= index < size or not _hashes(leaf, *path):
        return None
    inner = (index ^ (size - 1)).bit_length()
    if len(path) != inner + (index >> inner).bit_count():
        return None
    root = _climbed(leaf, path, inner, index)
    return root if verify_inclusion(index, size, leaf, path, root) else None


def root_of_consistency(old: int, size: int, old_root: bytes, path: Sequence[bytes]) -> bytes | None:
    """Return the root of the larger tree that a consistency path gives, or None if it does not continue the old one.

    Args:
        old: Leaves in the old tree, at least 1.
        size: Leaves in the new one.
        old_root: Root of the old tree, 32 bytes, from the verifier's own memory.
        path: Consistency path.
    """
    if not 0 < old < size or not path or not _hashes(old_root, *path):
        return old_root if 0 < old == size and not path and _hashes(old_root) else None
    twos = (old & -old).bit_length() - 1
    inner = ((old - 1) ^ (size - 1)).bit_length() - twos
    steps = path if old == 1 << twos else path[1:]
    if len(steps) != inner + ((old - 1) >> (inner + twos)).bit_count():
        return None
    seed = old_root if old == 1 << twos else path[0]
    root = _climbed(seed, steps, inner, (old - 1) >> twos)
    return root if verify_consistency(old, size, old_root, root, path) else None


def _climbed(seed: bytes, path: Sequence[bytes], inner: int, index: int) -> bytes:
    """Fold a path: the first ``inner`` steps go by the bits of the index, the rest lie on the left."""
    for step, sibling in enumerate(path):
        right = step < inner and not index >> step & 1
        seed = node_hash(seed, sibling) if right else node_hash(sibling, seed)
    return seed


def _hashes(*values: bytes) -> bool:
    return all(len(value) == HASH_SIZE for value in values)
