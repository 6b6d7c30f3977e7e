"""Audit of a log: its whole tree and every entry replayed, forks, rewinds and alterations found, with evidence.

>>> import tempfile
>>> from pathlib import Path
>>> from passavant.sealing import SigningKey
>>> from passavant.sealing.log import LogReader, LogWriter, Publisher, create_log
>>> from passavant.sealing.trust import TrustPolicy
>>> folder, key = Path(tempfile.mkdtemp()), SigningKey.generate("seals.example/log")
>>> create_log(folder, key)
>>> with LogWriter(folder, key) as writer, LogReader(folder) as reader:
...     Publisher(folder, reader).publish(writer.checkpoint())
>>> policy = TrustPolicy().with_log(key.verifier)
>>> audit_log(open_source(str(folder / "public")), policy, state=folder / "auditor").clean
True
"""

from passavant.sealing.audit.audit import audit_log
from passavant.sealing.audit.findings import Finding
from passavant.sealing.audit.memory import state_folder
from passavant.sealing.audit.report import Report
from passavant.sealing.audit.sources import FolderSource, Unavailable, WebSource, open_source

__all__ = [
    "Finding",
    "FolderSource",
    "Report",
    "Unavailable",
    "WebSource",
    "audit_log",
    "open_source",
    "state_folder",
]
