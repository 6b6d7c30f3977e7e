"""Seals one document in a log: its digest, signed by the issuer, in one HTTP call.

python seal.py FILE TYPE KEY_FILE LOG_URL LOG_NAME        (Python 3.11, package `cryptography`; no Passavant needed)
TYPE is the code of the kind of document, such as 851 (phytosanitary certificate); LOG_NAME is the log's own name.
"""

import base64
import datetime as dt
import hashlib
import json
import sys
import urllib.error
import urllib.request
from pathlib import Path

from cryptography.hazmat.primitives.serialization import load_pem_private_key

file, doc_type, key_file, log, log_name = sys.argv[1:]
key, _, pem = Path(key_file).read_text().partition("\n")
if "ENCRYPTED" in pem:
    sys.exit("encrypted key: make one with --no-passphrase")
issuer = key.partition("+")[0]
statement = {
    "v": 1,
    "action": "seal",
    "alg": "sha-256",
    "digest": hashlib.sha256(Path(file).read_bytes()).hexdigest(),
    "doc_type": doc_type,
    "issuer": issuer,
    "issued_at": dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
}
canonical = json.dumps(statement, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
root = base64.b64encode(hashlib.sha256(b"\0" + canonical).digest()).decode()
text = f"passavant.statements/v1\n{log_name}\n{issuer}\n1\n{root}\n"
signature = load_pem_private_key(pem.encode(), None).sign(text.encode())

body = {"key": key, "signature": base64.b64encode(signature).decode(), "statements": [statement]}
request = urllib.request.Request(f"{log}/api/v1/seals", json.dumps(body).encode(), {"Content-Type": "application/json"})
try:
    with urllib.request.urlopen(request) as answer:
        print(answer.read().decode())
except urllib.error.HTTPError as refusal:  # the body says what was got, what was expected, and the next step
    print(refusal.read().decode())
    sys.exit(1)
