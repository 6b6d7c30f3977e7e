"""What every test shares: a skip for an absent service is a failure where services are promised."""

from __future__ import annotations

import os
from collections.abc import Generator

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
