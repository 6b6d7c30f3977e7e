"""The decision process as it is served: killed, it is replaced, and what it acknowledged stands."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from declared import declaration
from processes_of import wait_for
from served import operator_of, served

_ROOT = Path(__file__).parents[2]
Guided = dict[str, str]


def test_a_killed_decision_process_is_replaced_and_nothing_is_decided_twice(tmp_path: Path) -> None:
    operator = operator_of("", tmp_path)
    with served(tmp_path) as portal:
        operator = operator._replace(address=portal.address)
        before = operator.call_until_answered(
            "POST", "api/v1/declarations", declaration("A1", chanel="post"), **{"Idempotency-Key": "one"}
        )
        (first,) = portal.processes("processes decisions")
        os.kill(first, signal.SIGKILL)
        (second,) = wait_for(lambda: set(portal.processes("processes decisions")) - {first})
        batch = operator.call_until_answered("POST", "api/v1/declarations", [declaration(f"B{n}") for n in range(150)])
        later = declaration("A2")
        again = operator.call_until_answered("POST", "api/v1/declarations", later, **{"Idempotency-Key": "two"})
        repeated = operator.call_until_answered("POST", "api/v1/declarations", later, **{"Idempotency-Key": "two"})
        page = f"api/v1/declarations/submissions/{batch['submission']}"
        finished = wait_for(lambda: (told := operator.call("GET", page)[1])["state"] == "finished" and told)
        stored = operator.call("GET", "api/v1/declarations/A1")[1]

    assert first != second
    assert before["declarations"][0]["decision_id"] == stored["decision_id"]
    assert [{"field": "chanel", "records": 1, "did_you_mean": "channel"}] == before["ignored"]
    assert (150, 150) == (finished["done"], finished["decided"])
    assert again["submission"] == repeated["submission"]
    with sqlite3.connect(tmp_path / "portal.sqlite") as database:
        (count,) = database.execute("SELECT count(*) FROM declarations_entry").fetchone()
    assert 152 == count


@pytest.mark.parametrize("language", ["", pytest.param(".fr", marks=pytest.mark.long)], ids=["en", "fr"])
def test_the_commands_of_the_guide_do_what_it_says(language: str, guided: Guided) -> None:
    guide = (_ROOT / f"docs/how-to/declarations{language}.md").read_text()
    commands = re.findall(r"```sh\n(.*?)```", guide, re.DOTALL)
    told = []
    for command in commands:
        for one in re.findall(r"(?:[^\n\\]|\\\n)+", command):
            submission = {"SUBMISSION": told[0]["submission"]} if told else {}
            told.append(_said(one, guided | submission))

    table = told.pop(1)
    assert 9 == len(told)
    assert ["decided", "decided"] == [one["status"] for one in table["declarations"]]
    assert [2, 1] == [len(one["items"]) for one in table["declarations"]]
    assert "EU:LP:LP-2026-000123" == told[0]["declarations"][0]["consignment_id"]
    assert told[0]["submission"] == told[1]["submission"]
    assert "cancelled" == told[2]["status"]
    assert "cancelled" == told[3]["status"]
    assert "EU:LP:LP-2026-000123" in [one["consignment_id"] for one in told[4]["declarations"]]
    assert [] == told[5]["declarations"]
    assert "request_information" == told[6]["declarations"][0]["outcome"]
    assert ("asked", ["dataset.description.stop_word"]) == (
        told[7]["state"],
        [one["code"] for one in told[7]["reasons"]],
    )
    assert ("answered", ["application/pdf"]) == (
        told[8]["state"],
        [one["type"] for one in told[8]["answers"][0]["files"]],
    )


def _said(command: str, variables: Guided) -> Any:
    done = subprocess.run(
        ["bash", "-ec", command], cwd=_ROOT, env=os.environ | variables, check=True, capture_output=True, text=True
    )
    return json.loads(done.stdout)


@pytest.fixture
def guided(tmp_path: Path) -> Iterator[Guided]:
    """Serve the portal and return what the commands of the guide take from the environment."""
    if not shutil.which("curl"):
        pytest.skip("no curl: install it (Debian: curl)")
    operator = operator_of("", tmp_path)
    with served(tmp_path) as portal:
        operator = operator._replace(address=portal.address)
        operator.call_until_answered("POST", "api/v1/declarations", [declaration("warm")])
        yield {"PORTAL": portal.address.rstrip("/"), "KEY": operator.key}
