"""The tree against vectors of transparency-dev/merkle and against the recursive definition of RFC 6962."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passavant.sealing.merkle import (
    Frontier,
    Levels,
    consistency_path,
    inclusion_path,
    leaf_hash,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)

VECTORS = Path(__file__).parent.parent / "fixtures" / "sealing"
SIZES = st.integers(1, 300)


def _defined(leaves: list[bytes]) -> bytes:
    """MTH as RFC 6962 §2.1 writes it."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    return node_hash(_defined(leaves[:split]), _defined(leaves[split:]))


def _leaves(size: int) -> list[bytes]:
    return [leaf_hash(number.to_bytes(4, "big")) for number in range(size)]


def _cases(kind: str) -> list[Any]:
    files = sorted((VECTORS / "rfc6962_proofs" / kind).rglob("*.json"))
    return [pytest.param(json.loads(path.read_text()), id=f"{path.parent.name}/{path.stem}") for path in files]


def _bytes(text: str | None) -> bytes:
    return base64.b64decode(text or "")


@pytest.mark.parametrize("case", _cases("inclusion"))
def test_inclusion_is_judged_as_the_published_case_says(case: dict[str, Any]) -> None:
    path = [_bytes(one) for one in case["proof"] or []]

    found = verify_inclusion(case["leafIdx"], case["treeSize"], _bytes(case["leafHash"]), path, _bytes(case["root"]))

    assert (not case["wantErr"]) == found


@pytest.mark.parametrize("case", _cases("consistency"))
def test_consistency_is_judged_as_the_published_case_says(case: dict[str, Any]) -> None:
    path = [_bytes(one) for one in case["proof"] or []]

    roots = _bytes(case["root1"]), _bytes(case["root2"])

    found = verify_consistency(case["size1"], case["size2"], *roots, path)

    assert (
        not case["wantErr"] and all(len(root) == 32 for root in roots)
    ) == found  # some cases name roots that are none


def test_hashes_are_those_of_rfc_6962() -> None:
    vectors = json.loads((VECTORS / "vectors.json").read_text())["rfc6962_hasher"]

    assert vectors["empty_root"] == Frontier().root().hex()
    assert vectors["leaf_empty"] == leaf_hash(b"").hex()
    assert vectors["leaf_L123456"] == leaf_hash(b"L123456").hex()
    assert vectors["node_N123_N456"] == node_hash(b"N123", b"N456").hex()


@given(st.integers(0, 300))
@settings(max_examples=60, deadline=None)
def test_the_root_is_the_one_that_the_definition_gives(size: int) -> None:
    assert _defined(_leaves(size)) == root_of(_leaves(size))


@given(SIZES, st.data())
@settings(max_examples=60, deadline=None)
def test_every_leaf_is_proved_and_no_other(size: int, data: st.DataObject) -> None:
    leaves, index = _leaves(size), data.draw(st.integers(0, size - 1))
    path = inclusion_path(index, size, lambda start, end: _defined(leaves[start:end]))
    root = root_of(leaves)

    assert verify_inclusion(index, size, leaves[index], path, root)
    assert not verify_inclusion(index, size, leaf_hash(b"another"), path, root)
    assert size == 1 or not verify_inclusion((index + 1) % size, size, leaves[index], path, root)
    assert not verify_inclusion(index, size, leaves[index], [*path, root], root)


@given(SIZES, st.data())
@settings(max_examples=60, deadline=None)
def test_every_beginning_is_proved_and_no_other(size: int, data: st.DataObject) -> None:
    leaves, old = _leaves(size), data.draw(st.integers(1, size))
    path = consistency_path(old, size, lambda start, end: _defined(leaves[start:end]))
    before, after = root_of(leaves[:old]), root_of(leaves)

    assert verify_consistency(old, size, before, after, path)
    assert not verify_consistency(old, size, root_of([*leaves[: old - 1], leaf_hash(b"another")]), after, path)


@pytest.mark.parametrize("size", [1, 2, 3, 6, 7, 255, 256, 257, 1000])
def test_the_paths_of_all_leaves_are_those_of_each(size: int) -> None:
    tree = Levels([leaf_hash(b"%d" % place) for place in range(size)])

    assert [b"".join(tree.path(index)) for index in range(size)] == tree.joined_paths()


@pytest.mark.parametrize("before", [0, 1, 7, 200])
def test_a_frontier_takes_many_leaves_as_it_takes_one(before: int) -> None:
    leaves = [leaf_hash(b"%d" % place) for place in range(before + 300)]
    one, many = Frontier(), Frontier()
    for leaf in leaves:
        one.append(leaf)
    many.extend(leaves[:before])
    many.extend(leaves[before:])

    assert (one.size, one.roots) == (many.size, many.roots)


def test_a_frontier_goes_on_where_it_was_left() -> None:
    whole, leaves = Frontier(), _leaves(37)
    for leaf in leaves:
        whole.append(leaf)
        whole = Frontier(whole.size, whole.roots)

    assert _defined(leaves) == whole.root()
