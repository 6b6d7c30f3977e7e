"""The decision process as it is served: killed, it is replaced, and what it acknowledged stands."""

from __future__ import annotations

import os
import signal
import sqlite3
from pathlib import Path

from declarations.conftest import declaration
from processes_of import wait_for
from served import operator_of, served


def test_a_killed_decision_process_is_replaced_and_nothing_is_decided_twice(tmp_path: Path) -> None:
    operator = operator_of("", tmp_path)
    with served(tmp_path) as portal:
        operator = operator._replace(address=portal.address)
        before = operator.call_until_answered(
            "POST", "api/v1/declarations", declaration("A1"), **{"Idempotency-Key": "one"}
        )
        (first,) = portal.processes("processes decisions")
        os.kill(first, signal.SIGKILL)
        (second,) = wait_for(lambda: set(portal.processes("processes decisions")) - {first})
        batch = operator.call_until_answered("POST", "api/v1/declarations", [declaration(f"B{n}") for n in range(150)])
        again = operator.call_until_answered(
            "POST", "api/v1/declarations", declaration("A2"), **{"Idempotency-Key": "two"}
        )
        repeated = operator.call_until_answered(
            "POST", "api/v1/declarations", declaration("A2"), **{"Idempotency-Key": "two"}
        )
        page = f"api/v1/declarations/submissions/{batch['submission']}"
        finished = wait_for(lambda: (told := operator.call("GET", page)[1])["state"] == "finished" and told)
        stored = operator.call("GET", "api/v1/declarations/A1")[1]

    assert first != second
    assert before["declarations"][0]["decision_id"] == stored["decision_id"]
    assert (150, 150) == (finished["done"], finished["decided"])
    assert again["submission"] == repeated.get("submission", again["submission"])
    with sqlite3.connect(tmp_path / "portal.sqlite") as database:
        (count,) = database.execute("SELECT count(*) FROM declarations_entry").fetchone()
    assert 152 == count
