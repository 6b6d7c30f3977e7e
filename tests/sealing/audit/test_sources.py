"""A log is audited from a folder, from the service, and from what another program wrote."""

from __future__ import annotations

import http.server
import json
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from passavant.errors import BadInput
from passavant.sealing import SigningKey, Statement, VerifierKey
from passavant.sealing.audit import FolderSource, Unavailable, WebSource, audit_log, open_source
from passavant.sealing.log import LogReader, LogWriter, Publisher, create_log
from passavant.sealing.service import ServiceSettings, build_app
from passavant.sealing.statements import now
from passavant.sealing.submissions import submit
from passavant.sealing.trust import TrustPolicy

FIXTURES = Path(__file__).parents[2] / "fixtures" / "sealing"
FOREIGN = FIXTURES / "tessera_log" / "log"
FOREIGN_KEY = VerifierKey.parse(json.loads((FIXTURES / "vectors.json").read_text())["tessera_log_vkey"])


@contextmanager
def served(app: Any) -> Iterator[str]:
    """Run the real service on a thread; give its address."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def static(folder: Path) -> Iterator[str]:
    """Serve a folder as any web server does."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("size", range(16))
def test_the_tree_of_a_foreign_log_is_clean_at_every_size(tmp_path: Path, size: int) -> None:
    folder = shutil.copytree(FOREIGN, tmp_path / "log")
    shutil.copyfile(FOREIGN / f"checkpoint.{size}", folder / "checkpoint")
    policy = TrustPolicy().with_log(FOREIGN_KEY)

    report = audit_log(FolderSource(folder), policy, state=tmp_path / "state", tree_only=True)

    assert (True, size) == (report.clean, report.size)


def test_a_foreign_log_is_followed_from_size_to_size_and_back_is_a_rewind(tmp_path: Path) -> None:
    folder, policy = shutil.copytree(FOREIGN, tmp_path / "log"), TrustPolicy().with_log(FOREIGN_KEY)
    found = []
    for size in (3, 4, 9, 15, 14):
        shutil.copyfile(FOREIGN / f"checkpoint.{size}", folder / "checkpoint")
        source = FolderSource(folder)
        report = audit_log(source, policy, state=tmp_path / "state", tree_only=True, since_last=True)
        found.append((report.since, [finding.name for finding in report.findings]))

    assert [(0, []), (3, []), (4, []), (9, []), (0, ["rewound"])] == found


def test_the_entries_of_a_foreign_log_are_no_seals(tmp_path: Path) -> None:
    report = audit_log(FolderSource(FOREIGN), TrustPolicy().with_log(FOREIGN_KEY), state=tmp_path / "state")

    assert {"entry-form": 15, "entry-opening": 1} == dict(report.counts)


def test_a_log_is_audited_over_the_real_service(
    auditor: Any, tmp_path: Path, log_key: SigningKey, issuer_key: SigningKey
) -> None:
    folder = tmp_path / "log"
    create_log(folder, log_key)
    with LogWriter(folder, log_key) as log, LogReader(folder) as reader:
        log.admit(issuer_key.verifier)
        said = [Statement("seal", issuer_key.name, now(), digest=f"{number:064x}") for number in range(300)]
        log.append(submit(issuer_key, said, log.origin))
        Publisher(folder, reader).publish(log.checkpoint())
        one = tmp_path / "one.tlog-proof"
        one.write_text(reader.receipt(5, log.checkpoint()).text())
    with served(build_app(ServiceSettings(folder, log_key, interval=0.05))) as url:
        while WebSource(url).read("checkpoint", 9999) is None:
            time.sleep(0.02)
        first = audit_log(WebSource(url + "/"), auditor.policy, state=auditor.state)
        against = [f"{url}/checkpoint", str(one)]
        again = audit_log(open_source(url), auditor.policy, state=auditor.state, against=against, since_last=True)

    assert (True, 302, 0) == (first.clean, first.size, first.since)
    assert (True, 302, 302, 2) == (again.clean, again.size, again.since, again.against)


def test_a_service_that_asks_to_wait_is_waited_for(auditor: Any, published: Any, house: Any) -> None:
    published(*(b"%d" % number for number in range(5)))
    house.log.close()
    slow = ServiceSettings(house.folder, house.key, interval=0.05, reads_per_second=5.0)
    with served(build_app(slow)) as url:
        source = WebSource(url)
        while source.read("checkpoint", 9999) is None:
            time.sleep(0.02)
        for _ in range(50):  # a burst of ten seconds' worth is used up
            source.read("checkpoint", 9999)
        report = audit_log(WebSource(url), auditor.policy, state=auditor.state)

    assert (True, 7) == (report.clean, report.size)


def test_any_static_server_will_do(auditor: Any, copied: Path) -> None:
    with static(copied) as url:
        report = audit_log(WebSource(url), auditor.policy, state=auditor.state)

    assert (True, 702) == (report.clean, report.size)


def test_what_a_server_lacks_is_found_and_a_server_that_is_down_accuses_nobody(auditor: Any, copied: Path) -> None:
    (copied / "tile/0/001").unlink()
    with static(copied) as url:
        report = audit_log(WebSource(url), auditor.policy, state=auditor.state)

    assert ["tile-missing"] == [finding.name for finding in report.findings]
    with pytest.raises(Unavailable):
        audit_log(WebSource(url), auditor.policy, state=auditor.state)


def test_a_folder_without_a_log_is_bad_input(auditor: Any, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    with pytest.raises(BadInput):
        open_source(str(tmp_path / "absent"))
    with pytest.raises(BadInput):
        auditor.audit(tmp_path / "empty")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, log_key: SigningKey, issuer_key: SigningKey) -> Path:
    """Return the public folder of a log that was published at three sizes."""
    folder = tmp_path_factory.mktemp("small") / "log"
    create_log(folder, log_key)
    with LogWriter(folder, log_key) as log, LogReader(folder) as reader:
        log.admit(issuer_key.verifier)
        for sizes in (range(2), range(2, 5), range(5, 270)):
            said = [Statement("seal", issuer_key.name, now(), digest=f"{number:064x}") for number in sizes]
            log.append(submit(issuer_key, said, log.origin))
            Publisher(folder, reader).publish(log.checkpoint())
    return folder / "public"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_byte_that_is_altered_anywhere_is_found(data: st.DataObject, small: Path, auditor: Any) -> None:
    file = data.draw(st.sampled_from(sorted(file for file in small.rglob("*") if file.is_file())))
    good = file.read_bytes()
    place, bit = data.draw(st.integers(0, len(good) - 1)), data.draw(st.integers(0, 7))
    file.write_bytes(good[:place] + bytes([good[place] ^ 1 << bit]) + good[place + 1 :])
    try:
        refused = not auditor.audit(small).clean
    except BadInput:
        refused = True
    finally:
        file.write_bytes(good)

    assert refused


def test_the_log_whose_bytes_are_altered_is_itself_clean(small: Path, auditor: Any) -> None:
    assert auditor.audit(small).clean


def test_a_checkpoint_from_elsewhere_shows_a_fork_and_a_log_that_stands_behind(
    auditor: Any, tmp_path: Path, forger: Any
) -> None:
    begun = forger.opening()
    ours = forger.publish(tmp_path / "ours", [*begun, forger.entry("a"), forger.entry("b")])
    theirs = forger.publish(tmp_path / "theirs", [*begun, forger.entry("c")])
    ahead = forger.publish(tmp_path / "ahead", [*begun, *map(forger.entry, "abc")])
    places = [str(folder / "checkpoint") for folder in (theirs, ahead, ours)]

    report = auditor.audit(ours, against=places)

    assert [("fork", places[0]), ("rewound", places[1])] == [(one.name, one.place) for one in report.findings]


@pytest.mark.parametrize("content", [b"\xff\xfe", b"no checkpoint\n", b"c2sp.org/tlog-proof@v1\nindex 0\n\n"])
def test_what_is_no_checkpoint_of_the_log_is_bad_input(
    auditor: Any, copied: Path, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "other"
    file.write_bytes(content)

    with pytest.raises(BadInput):
        auditor.audit(copied, against=[str(file)])
    with pytest.raises(BadInput):
        auditor.audit(copied, against=[str(tmp_path / "absent")])
