"""The Merkle tree of RFC 6962 §2.1 (the same as RFC 9162 §2.1.1): hashes, appending, proofs and their verification.

>>> tree = Frontier()
>>> for entry in (b"first", b"second", b"third"):
...     tree.append(leaf_hash(entry))
>>> leaves = [leaf_hash(entry) for entry in (b"first", b"second", b"third")]
>>> tree.root() == root_of(leaves)
True
>>> verify_inclusion(1, 3, leaves[1], inclusion_path(1, 3, lambda start, end: root_of(leaves[start:end])), tree.root())
True
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence

__all__ = [
    "EMPTY_ROOT",
    "HASH_SIZE",
    "Frontier",
    "Levels",
    "consistency_path",
    "inclusion_path",
    "leaf_hash",
    "node_hash",
    "root_from_consistency",
    "root_from_path",
    "root_of",
    "verify_consistency",
    "verify_inclusion",
]

#: Bytes of a hash: SHA-256.
HASH_SIZE = 32
#: Root of the tree with no leaf.
EMPTY_ROOT = hashlib.sha256(b"").digest()

#: ``subtree(start, end)``: the root over the leaves start … end − 1, where end − start is a power of two or end is the size.
Subtree = Callable[[int, int], bytes]


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of an entry as a leaf."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node over its two children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root over some leaf hashes."""
    tree = Frontier()
    for leaf in leaves:
        tree.append(leaf)
    return tree.root()


class Frontier:
    """The right edge of a growing tree: all that appending and the root need, 32 bytes per bit of the size.

    Args:
        size: Leaves in the tree.
        roots: Roots of its perfect subtrees, the largest first; one for each bit that is set in ``size``.
    """

    def __init__(self, size: int = 0, roots: Sequence[bytes] = ()) -> None:
        if size.bit_count() != len(roots):
            raise ValueError(f"{len(roots)} roots for a tree of {size} leaves; expected {size.bit_count()}")
        self.size = size
        self._roots = list(roots)

    @property
    def roots(self) -> tuple[bytes, ...]:
        """Roots of the perfect subtrees, the largest first."""
        return tuple(self._roots)

    def append(self, leaf: bytes) -> None:
        """Add the hash of one leaf."""
        below = self.size
        while below & 1:
            leaf = node_hash(self._roots.pop(), leaf)
            below >>= 1
        self._roots.append(leaf)
        self.size += 1

    def extend(self, leaves: Sequence[bytes]) -> None:
        """Add the hashes of several leaves."""
        roots, size, sha256 = self._roots, self.size, hashlib.sha256
        for place, leaf in enumerate(leaves, size):
            while place & 1:
                leaf = sha256(b"\x01" + roots.pop() + leaf).digest()
                place >>= 1
            roots.append(leaf)
        self.size = size + len(leaves)

    def root(self) -> bytes:
        """Return the root of the whole tree."""
        if not self._roots:
            return EMPTY_ROOT
        root = self._roots[-1]
        for left in reversed(self._roots[:-1]):
            root = node_hash(left, root)
        return root


class Levels:
    """A whole tree held level by level, for the paths of all its leaves: two hashes of memory a leaf.

    Args:
        leaves: Leaf hashes; at least one.
    """

    def __init__(self, leaves: Sequence[bytes]) -> None:
        if not leaves:
            raise ValueError("a tree of no leaves has no levels")
        self.size = len(leaves)
        self._levels = [list(leaves)]
        sha256 = hashlib.sha256
        while len(below := self._levels[-1]) > 1:
            pairs = zip(below[::2], below[1::2], strict=False)
            above = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
            self._levels.append(above + below[-1:] if len(below) & 1 else above)

    @property
    def root(self) -> bytes:
        """Root of the tree."""
        return self._levels[-1][0]

    def node(self, height: int, number: int) -> bytes:
        """Return the root of the perfect subtree over the leaves ``number · 2^height`` and on."""
        return self._levels[height][number]

    def path(self, index: int) -> list[bytes]:
        """Return the audit path of a leaf, from the leaf upwards: what :func:`inclusion_path` gives."""
        path = []
        for level in self._levels[:-1]:
            beside = index ^ 1
            if beside < len(level):
                path.append(level[beside])
            index >>= 1
        return path

    def joined_paths(self) -> list[bytes]:
        """Return the audit path of every leaf, its hashes joined; what neighbours share is joined once."""
        paths = [b""]
        for level in reversed(self._levels[:-1]):
            alone = len(level) - 1 if len(level) & 1 else -1
            paths = [
                paths[place >> 1] if place == alone else level[place ^ 1] + paths[place >> 1]
                for place in range(len(level))
            ]
        return paths


def inclusion_path(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """Return the audit path of a leaf in a tree of ``size`` leaves, from the leaf upwards (RFC 6962 §2.1.1).

    Args:
        index: Place of the leaf, from 0; below ``size``.
        size: Leaves in the tree.
        subtree: Roots of parts of the tree.
    """
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} of a tree of {size} leaves")
    return [subtree(start, end) for start, end in reversed(list(_siblings(index, 0, size)))]


def consistency_path(old: int, size: int, subtree: Subtree) -> list[bytes]:
    """Return the proof that a tree of ``old`` leaves is the beginning of one of ``size`` leaves (RFC 6962 §2.1.2)."""
    if not 0 < old <= size:
        raise ValueError(f"consistency from {old} to {size} leaves")
    parts, start, end, whole = [], 0, size, True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            parts.append((middle, end))
            end = middle
        else:
            parts.append((start, middle))
            start, whole = middle, False
    path = [] if whole else [subtree(start, end)]
    return path + [subtree(*part) for part in reversed(parts)]


def verify_inclusion(index: int, size: int, leaf: bytes, path: Sequence[bytes], root: bytes) -> bool:
    """Return whether a path proves that a leaf hash stands at a place of the tree with this size and root."""
    return len(root) == HASH_SIZE and root_from_path(index, size, leaf, path) == root


def root_from_path(index: int, size: int, leaf: bytes, path: Sequence[bytes]) -> bytes | None:
    """Return the root to which a path leads from a leaf hash, or None where the path cannot be one of this tree."""
    if not 0 <= index < size or not _hashes(leaf, *path):
        return None
    place, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    return found if last == 0 else None


def verify_consistency(old: int, size: int, old_root: bytes, root: bytes, path: Sequence[bytes]) -> bool:
    """Return whether a path proves that the tree of ``old`` leaves is the beginning of the tree of ``size`` leaves.

    An empty old tree proves nothing and is refused here; a witness has a rule of its own for it.
    """
    return len(root) == HASH_SIZE and root_from_consistency(old, size, old_root, path) == root


def root_from_consistency(old: int, size: int, old_root: bytes, path: Sequence[bytes]) -> bytes | None:
    """Return the root of the larger tree to which a consistency path leads, or None where it does not continue the old."""
    if not 0 < old <= size or not _hashes(old_root, *path):
        return None
    if old == size or not path:
        return old_root if old == size and not path else None
    path = [old_root, *path] if old.bit_count() == 1 else path
    place, last = old - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = path[0]
    for sibling in path[1:]:
        if last == 0:
            return None
        if place & 1 or place == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, sibling)
        place, last = place >> 1, last >> 1
    return after if last == 0 and before == old_root else None


def _siblings(index: int, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the parts beside the way from the root down to a leaf."""
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            yield middle, end
            end = middle
        else:
            yield start, middle
            start = middle


def _split(size: int) -> int:
    """Return the largest power of two below a size of at least two."""
    return 1 << ((size - 1).bit_length() - 1)


def _hashes(*values: bytes) -> bool:
    return all(len(value) == HASH_SIZE for value in values)
