"""The portal's settings, in a home and a database of the tests' own."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

# Kept in the environment: this file is read more than once, and by several workers.
_home = Path(os.environ.setdefault("PASSAVANT_TEST_PORTAL", tempfile.mkdtemp(prefix="passavant-portal-")))
os.environ.setdefault("PASSAVANT_PORTAL_KEY", "a key for tests only")
os.environ["PASSAVANT_PLAIN_HTTP"] = "1"

from passavant.portal.settings import *  # noqa: E402, F403
from passavant.portal.settings import DATABASES  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["NAME"] = _home / "portal.sqlite"
    DATABASES["default"].setdefault("TEST", {})["NAME"] = _home / "test.sqlite"
# A password is hashed in a moment here: only tests use it.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STATIC_ROOT = _home / "static"
STATIC_ROOT.mkdir(exist_ok=True)
