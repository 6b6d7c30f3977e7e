"""Roots worked out from paths against the tree itself, for every small tree."""

from __future__ import annotations

import pytest

from passavant.sealing.merkle import (
    consistency_path,
    inclusion_path,
    leaf_hash,
    root_from_consistency,
    root_from_path,
    root_of,
)

LEAVES = [leaf_hash(bytes([n])) for n in range(34)]


def subtree(start: int, end: int) -> bytes:
    return root_of(LEAVES[start:end])


@pytest.mark.parametrize("size", range(1, 34))
def test_an_audit_path_leads_to_the_root_of_its_tree(size: int) -> None:
    paths = [inclusion_path(index, size, subtree) for index in range(size)]

    assert {subtree(0, size)} == {root_from_path(i, size, LEAVES[i], path) for i, path in enumerate(paths)}


@pytest.mark.parametrize("size", range(1, 34))
def test_a_consistency_path_leads_to_the_root_of_the_larger_tree(size: int) -> None:
    found = {
        root_from_consistency(old, size, subtree(0, old), consistency_path(old, size, subtree))
        for old in range(1, size + 1)
    }

    assert {subtree(0, size)} == found


@pytest.mark.parametrize("size", [2, 3, 7, 8, 21])
def test_a_path_of_another_length_leads_nowhere(size: int) -> None:
    path = inclusion_path(1, size, subtree)
    history = consistency_path(1, size, subtree)

    assert root_from_path(1, size, LEAVES[1], path[:-1]) is None
    assert root_from_path(1, size, LEAVES[1], [*path, path[0]]) is None
    assert root_from_path(size, size, LEAVES[1], path) is None
    assert root_from_path(1, size, LEAVES[1], [path[0][:31], *path[1:]]) is None
    assert root_from_consistency(1, size, LEAVES[0], [*history, history[0]]) is None
    assert root_from_consistency(1, size, LEAVES[0], []) is None
    assert root_from_consistency(size, 1, LEAVES[0], history) is None


def test_a_path_from_another_old_root_leads_nowhere() -> None:
    path = consistency_path(5, 9, subtree)

    assert root_from_consistency(5, 9, subtree(0, 4), path) is None


def test_two_trees_of_one_size_have_one_root() -> None:
    assert subtree(0, 4) == root_from_consistency(4, 4, subtree(0, 4), [])
    assert root_from_consistency(0, 0, subtree(0, 4), []) is None
