"""Folders of results: written beside, then renamed; earlier runs found again; a lake that lists published runs.

>>> import tempfile, pathlib
>>> from passavant.lake import staged
>>> target = pathlib.Path(tempfile.mkdtemp()) / "out"
>>> with staged(target) as folder:
...     _ = (folder / "hello.txt").write_text("hello")
>>> (target / "hello.txt").read_text()
'hello'
"""

from passavant.lake.manifest import file_sha256, read_manifest, write_manifest
from passavant.lake.runs import is_lake, publish, run_folders
from passavant.lake.staging import staged, sync
from passavant.lake.tables import run_tables

__all__ = [
    "file_sha256",
    "is_lake",
    "publish",
    "read_manifest",
    "run_folders",
    "run_tables",
    "staged",
    "sync",
    "write_manifest",
]
