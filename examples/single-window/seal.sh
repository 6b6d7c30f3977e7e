#!/usr/bin/env bash
# Seals one document in a log: its digest, signed by the issuer, in one HTTP call.
#   ./seal.sh FILE TYPE KEY_FILE LOG_URL LOG_NAME        (bash, curl, OpenSSL 3)
# TYPE is the code of the kind of document, such as 851 (phytosanitary certificate); LOG_NAME is the log's own name.
# KEY_FILE is made by `passavant log issuer key NAME --no-passphrase` under $PASSAVANT_HOME/keys/issuer.
set -euo pipefail
file=$1 type=$2 key_file=$3 log=$4 log_name=$5

if grep -q ENCRYPTED "$key_file"; then echo "encrypted key: make one with --no-passphrase" >&2; exit 2; fi
key=$(head -n 1 "$key_file")                       # name+id+public key, as the log knows it
issuer=${key%%+*}
digest=$(openssl dgst -sha256 -r "$file" | cut -d' ' -f1)
now=$(date -u +%Y-%m-%dT%H:%M:%SZ)

# Canonical JSON (RFC 8785): keys in order, no space.
statement="{\"action\":\"seal\",\"alg\":\"sha-256\",\"digest\":\"$digest\",\"doc_type\":\"$type\",\"issued_at\":\"$now\",\"issuer\":\"$issuer\",\"v\":1}"
# The Merkle root over one statement is its leaf hash: SHA-256 of a zero byte and the statement.
root=$({ printf '\0'; printf '%s' "$statement"; } | openssl dgst -sha256 -binary | base64)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tail -n +2 "$key_file" > "$work/key.pem"
printf 'passavant.statements/v1\n%s\n%s\n1\n%s\n' "$log_name" "$issuer" "$root" > "$work/text"
signature=$(openssl pkeyutl -sign -rawin -inkey "$work/key.pem" -in "$work/text" | base64 | tr -d '\n')

curl --fail-with-body --silent --show-error "$log/api/v1/seals" \
    --header 'Content-Type: application/json' \
    --write-out '\n' --data "{\"key\":\"$key\",\"signature\":\"$signature\",\"statements\":[$statement]}"
