#!/usr/bin/env bash
# Seals one document in a log: its digest, signed by the issuer, in one HTTP call.
#   ./seal.sh FILE KEY_FILE LOG_URL        (bash, curl, OpenSSL 3)
# KEY_FILE is made by `passavant log issuer key NAME --no-passphrase` under $PASSAVANT_HOME/keys/issuer.
set -euo pipefail
file=$1 key_file=$2 log=$3

key=$(head -n 1 "$key_file")                       # name+id+public key, as the log knows it
issuer=${key%%+*}
digest=$(openssl dgst -sha256 -r "$file" | cut -d' ' -f1)
now=$(date -u +%Y-%m-%dT%H:%M:%SZ)

# Canonical JSON (RFC 8785): keys in order, no space.
statement="{\"action\":\"seal\",\"alg\":\"sha-256\",\"digest\":\"$digest\",\"issued_at\":\"$now\",\"issuer\":\"$issuer\",\"v\":1}"
# The Merkle root over one statement is its leaf hash: SHA-256 of a zero byte and the statement.
root=$({ printf '\0'; printf '%s' "$statement"; } | openssl dgst -sha256 -binary | base64)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tail -n +2 "$key_file" > "$work/key.pem"
printf 'passavant.statements/v1\n%s\n1\n%s\n' "$issuer" "$root" > "$work/text"
signature=$(openssl pkeyutl -sign -rawin -inkey "$work/key.pem" -in "$work/text" | base64 | tr -d '\n')

curl --fail-with-body --silent --show-error "$log/api/v1/seals" \
    --header 'Content-Type: application/json' \
    --data "{\"key\":\"$key\",\"signature\":\"$signature\",\"statements\":[$statement]}"
