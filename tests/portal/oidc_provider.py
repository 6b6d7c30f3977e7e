"""A little OpenID Connect provider, real enough to be signed in to: discovery, sign-in, tokens, keys, userinfo."""

from __future__ import annotations

import base64
import functools
import hashlib
import json
import secrets
import threading
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET, KEY_ID = "passavant", "the client's secret", "key-1"


@functools.cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Provider:
    """What a test may change: who signs in, what the token says, who signs it."""

    def __init__(self) -> None:
        self.address = ""
        self.key = self.signer = _key()
        self.person: dict[str, Any] = {"sub": "42", "email": "ada@customs.example", "email_verified": True}
        self.userinfo: dict[str, Any] = {}
        self.claims: dict[str, Any] = {}
        self.algorithm = "RS256"
        self.asked: list[dict[str, str]] = []
        self._codes: dict[str, dict[str, str]] = {}

    def sign_in(self, query: dict[str, str]) -> str:
        """Let the person in and return where that leads."""
        self.asked.append(query)
        assert (CLIENT, "code", "S256") == (query["client_id"], query["response_type"], query["code_challenge_method"])
        code = secrets.token_urlsafe()
        self._codes[code] = query
        return f"{query['redirect_uri']}?{urllib.parse.urlencode({'code': code, 'state': query['state']})}"

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        asked = self._codes.pop(form.get("code", ""), None)
        proof = (
            base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
            .rstrip(b"=")
            .decode()
        )
        if (
            asked is None
            or proof != asked["code_challenge"]
            or (CLIENT, SECRET) != (form["client_id"], form["client_secret"])
        ):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {"iss": self.address, "aud": CLIENT, "iat": now, "exp": now + 60, "nonce": asked["nonce"], **self.person, **self.claims}  # fmt: skip
        said = {name: value for name, value in claims.items() if value is not None}
        key = None if self.algorithm == "none" else SECRET * 3 if self.algorithm == "HS256" else self.signer
        signed = jwt.encode(said, key, algorithm=self.algorithm, headers={"kid": KEY_ID})
        return 200, {"access_token": "for userinfo", "token_type": "Bearer", "id_token": signed}

    def answer(self, path: str) -> dict[str, Any]:
        if path == "/.well-known/openid-configuration":
            at = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "jwks", "userinfo_endpoint": "userinfo"}  # fmt: skip
            return {"issuer": self.address} | {name: f"{self.address}/{place}" for name, place in at.items()}
        if path == "/jwks":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
            return {"keys": [public | {"kid": KEY_ID, "use": "sig", "alg": "RS256"}]}
        return self.person | self.userinfo


@contextmanager
def serving() -> Iterator[Provider]:
    """Run a provider on a free port of this machine."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send(200, provider.answer(self.path))

        def do_POST(self) -> None:
            form = dict(urllib.parse.parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            self._send(*provider.token(form))

        def _send(self, status: int, body: dict[str, Any]) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        provider.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield provider
        finally:
            server.shutdown()
            thread.join()
