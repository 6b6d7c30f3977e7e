"""The service of a log, on a port of its own."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
import uvicorn

from passavant.sealing import SigningKey
from passavant.sealing.log import LogWriter, create_log
from passavant.sealing.service import ServiceSettings, build_app

#: Runs a service and gives its address.
Serving = Callable[[ServiceSettings], AbstractContextManager[str]]


@contextlib.contextmanager
def _serving(settings: ServiceSettings) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(build_app(settings), port=0, log_level="warning", lifespan="on"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="session")
def serving() -> Serving:
    """Return what runs a service with settings of one's own."""
    return _serving


@pytest.fixture(scope="session")
def permits_key() -> SigningKey:
    """Return the key of an issuer that may seal and revoke permits alone, as the single-window how-to has it admitted."""
    return SigningKey.generate("customs.example/permits")


@pytest.fixture(scope="session")
def served(
    tmp_path_factory: pytest.TempPathFactory, log_key: SigningKey, issuer_key: SigningKey, permits_key: SigningKey
) -> Iterator[str]:
    """Return the address of a service that a real server runs."""
    folder = tmp_path_factory.mktemp("served") / "log"
    create_log(folder, log_key)
    with LogWriter(folder, log_key) as log:
        log.admit(issuer_key.verifier)
        log.admit(permits_key.verifier, "seal,revoke,type=851")
    with _serving(ServiceSettings(folder, log_key, 0.05, reads_per_second=0)) as address:
        yield address
