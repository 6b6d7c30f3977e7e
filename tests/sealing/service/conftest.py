"""The service of a log, on a port of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn

from passavant.sealing import SigningKey
from passavant.sealing.log import LogWriter, create_log
from passavant.sealing.service import ServiceSettings, build_app


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory, log_key: SigningKey, issuer_key: SigningKey) -> Iterator[str]:
    """Return the address of a service that a real server runs."""
    folder = tmp_path_factory.mktemp("served") / "log"
    create_log(folder, log_key)
    with LogWriter(folder, log_key) as log:
        log.admit(issuer_key.verifier)
    app = build_app(ServiceSettings(folder, log_key, interval=0.05))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", lifespan="on"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()
