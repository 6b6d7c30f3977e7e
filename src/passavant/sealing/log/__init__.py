"""A log of seals: one writer with its key, any number of readers, and static files that anybody can check.

>>> import tempfile
>>> from pathlib import Path
>>> from passavant.sealing import SigningKey, Statement
>>> from passavant.sealing.submissions import submit
>>> folder = Path(tempfile.mkdtemp())
>>> key, issuer = SigningKey.generate("seals.example/log"), SigningKey.generate("customs.example/certificates")
>>> create_log(folder, key)
>>> with LogWriter(folder, key) as log:
...     _ = log.admit(issuer.verifier)
...     logged = log.append(submit(issuer, [Statement("seal", issuer.name, "2026-11-24T09:30:00Z", digest="ab" * 32)], key.name))
...     checkpoint = log.checkpoint()
>>> with LogReader(folder) as reader:
...     receipt = reader.receipt(logged.places[0], checkpoint)
>>> receipt.proof.verify(receipt.data, [key.verifier], origin=key.name).checkpoint.size
3
"""

from passavant.sealing.log.admission import FULL_SCOPE, IssuerKey
from passavant.sealing.log.creation import check_absent, create_log
from passavant.sealing.log.logged import Logged
from passavant.sealing.log.publication import PUBLIC, Publisher
from passavant.sealing.log.reader import LogReader
from passavant.sealing.log.schema import StorageFailed
from passavant.sealing.log.status import Seal
from passavant.sealing.log.writer import LogWriter

__all__ = [
    "FULL_SCOPE",
    "IssuerKey",
    "LogReader",
    "LogWriter",
    "Logged",
    "PUBLIC",
    "Publisher",
    "Seal",
    "StorageFailed",
    "check_absent",
    "create_log",
]
