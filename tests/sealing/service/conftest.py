"""The service of a log, on a port of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from passavant.sealing import SigningKey
from passavant.sealing.log import LogWriter, create_log
from passavant.sealing.service import ServiceSettings

#: Runs a service and gives its address.
Serving = Callable[[ServiceSettings], AbstractContextManager[str]]


@pytest.fixture(scope="session")
def permits_key() -> SigningKey:
    """Return the key of an issuer that may seal and revoke permits alone, as the single-window how-to has it admitted."""
    return SigningKey.generate("customs.example/permits")


@pytest.fixture(scope="session")
def served(
    tmp_path_factory: pytest.TempPathFactory,
    log_key: SigningKey,
    issuer_key: SigningKey,
    permits_key: SigningKey,
    serving: Serving,
) -> Iterator[str]:
    """Return the address of a service that a real server runs."""
    folder = tmp_path_factory.mktemp("served") / "log"
    create_log(folder, log_key)
    with LogWriter(folder, log_key) as log:
        log.admit(issuer_key.verifier)
        log.admit(permits_key.verifier, "seal,revoke,type=851")
    with serving(ServiceSettings(folder, log_key, 0.05, reads_per_second=0)) as address:
        yield address
