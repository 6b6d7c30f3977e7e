"""What every test shares: a skip for an absent service is a failure where services are promised."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With ``PASSAVANT_REQUIRE_SERVICES=1``, fail a test marked ``service`` instead of letting it skip itself."""
    report = yield
    promised = os.environ.get("PASSAVANT_REQUIRE_SERVICES") == "1"
    if promised and report.skipped and item.get_closest_marker("service") is not None:
        report.outcome = "failed"
        report.longrepr = f"PASSAVANT_REQUIRE_SERVICES=1, yet the service is absent: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def serving() -> Callable[..., Any]:
    """Return what runs a log's service with settings of one's own: ``with serving(settings) as address``."""
    return _serving


@contextlib.contextmanager
def _serving(settings: Any) -> Iterator[str]:
    import uvicorn

    from passavant.sealing.service import build_app

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
