"""One digest over what the data set brings into a decision: the schema, the word lists, the code lists.

>>> len(dataset_digest())
64
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from passavant.dataset.schema import load_schema

__all__ = ["dataset_digest", "digest_of"]

#: Files that decide, by package: what is required when, words that say nothing, codes that exist.
_FILES = (
    ("passavant.dataset", "consignment.yaml"),
    ("passavant.dataset", "description_stop_words.yaml"),
    ("passavant.dataset", "party_stop_words.yaml"),
    ("passavant.dataset", "countries.csv"),
    ("passavant.money", "currencies.csv"),
)


@cache
def dataset_digest() -> str:
    """Return the SHA-256 over the version of the schema and the bytes of the schema, word lists and code lists."""
    files = ((name, resources.files(package) / "data" / name) for package, name in _FILES)
    return digest_of(load_schema().version, files)


def digest_of(version: int, files: Iterable[tuple[str, Traversable]]) -> str:
    """Return the SHA-256 over a version and files, each under its name."""
    digest = hashlib.sha256(f"schema {version}\n".encode())
    for name, file in files:
        digest.update(f"{name} {hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()
