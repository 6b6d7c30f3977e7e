"""gRPC is loaded when Fabric is used, and its absence is said with what installs it."""

from __future__ import annotations

import subprocess
import sys

from passavant.sealing.fabric.stubs import EXTRA

_ABSENT = """
import sys
sys.modules["grpc"] = None
sys.modules["fabric_protos"] = None
import passavant.sealing.fabric as fabric
from passavant.errors import BadInput
from passavant.sealing.fabric.stubs import stubs
assert fabric.Verdict.FORK == "fork"
try:
    stubs()
except BadInput as error:
    print(error.code, error.next_step[1])
"""


def _python(code: str) -> str:
    path = ":".join(one for one in sys.path if one)
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": path}, capture_output=True, text=True, check=False
    )
    assert 0 == done.returncode, done.stderr
    return done.stdout


def test_importing_the_anchor_loads_neither_grpc_nor_protobuf() -> None:
    loaded = _python("import sys, passavant.sealing.fabric; print(*sys.modules)").split()

    assert "passavant.sealing.fabric.gateway" in loaded
    assert set() == {"grpc", "fabric_protos", "google.protobuf"} & set(loaded)


def test_without_the_extra_the_error_names_what_installs_it() -> None:
    assert f"sealing.fabric.missing Exécutez : {EXTRA}\n" == _python(_ABSENT)
