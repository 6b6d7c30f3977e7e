"""Signing keys: made once, kept encrypted under ``$PASSAVANT_HOME/keys``, or given by the environment.

A key file holds the public half (a vkey) on its first line and the private half below it in PKCS#8 PEM, encrypted with
a passphrase. ``PASSAVANT_LOG_KEY``, ``PASSAVANT_ISSUER_KEY`` and ``PASSAVANT_WITNESS_KEY`` may hold the text of such a
file instead, and ``PASSAVANT_KEY_PASSPHRASE`` the passphrase: so a service needs no key on its disk.

>>> key = SigningKey.generate("customs.example/certificates")
>>> read_key(write_key(key, b"a long passphrase"), b"a long passphrase").verifier == key.verifier
True
"""

from __future__ import annotations

import os
import secrets
import urllib.parse
from pathlib import Path

from passavant import settings
from passavant.errors import BadInput, NotFound, Place
from passavant.sealing.files import make_folder, place_new
from passavant.sealing.notes import COSIGNATURE, ED25519, SigningKey, VerifierKey
from passavant.sealing.statements import is_name

__all__ = [
    "ISSUER",
    "LOG",
    "WITNESS",
    "check_new",
    "create_key",
    "is_encrypted",
    "key_names",
    "key_path",
    "load_key",
    "passphrase",
    "read_key",
    "write_key",
]

#: What a key is for: the folder it lies in, and the variable that may hold it.
LOG, ISSUER, WITNESS = "log", "issuer", "witness"
_SHORTEST = 8
_KINDS = {LOG: ED25519, ISSUER: ED25519, WITNESS: COSIGNATURE}


def key_path(use: str, name: str) -> Path:
    """Return where the key of this name lies."""
    return settings.home() / "keys" / use / f"{urllib.parse.quote(name, safe='')}.key"


def key_names(use: str) -> list[str]:
    """Return the names of the keys kept for a use."""
    files = sorted((settings.home() / "keys" / use).glob("*.key"))
    return [urllib.parse.unquote(file.name.removesuffix(".key")) for file in files]


def create_key(use: str, name: str, secret: bytes | None) -> SigningKey:
    """Make a key and keep it, mode 0600.

    Args:
        use: LOG, ISSUER or WITNESS.
        name: Its name: a host and path.
        secret: Passphrase, at least 8 bytes; None keeps the key unencrypted, which only a demonstration should.

    Raises:
        BadInput: a key of this name is there already, the passphrase is short, or the folder cannot be written.
    """
    check_new(use, name)
    key = SigningKey.generate(name, _KINDS[use])
    path = key_path(use, name)
    text = write_key(key, secret)
    draft = path.with_name(f".{secrets.token_hex(8)}.new")
    try:
        make_folder(path.parent)
        path.parent.chmod(0o700)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
            place_new(draft, path)
        finally:
            draft.unlink(missing_ok=True)
    except FileExistsError as error:
        raise _exists(name, path) from error
    except OSError as error:
        raise settings.unwritable_home(error) from error
    return key


def check_new(use: str, name: str) -> None:
    """Check that a key of this name can be made.

    Raises:
        BadInput: it is no name, or there is one already.
    """
    if not is_name(name):
        raise _bad_name(name)
    if key_path(use, name).exists():
        raise _exists(name, key_path(use, name))


def load_key(use: str, name: str | None, secret: bytes | None = None) -> SigningKey:
    """Return a kept key, or the one that the environment gives.

    Args:
        use: LOG, ISSUER or WITNESS.
        name: Its name; None takes the only one there is.
        secret: Passphrase; None: ``PASSAVANT_KEY_PASSPHRASE``.

    Raises:
        NotFound: no such key.
        BadInput: several keys and no name, a wrong passphrase, or a file open to others.
    """
    secret = secret if secret is not None else passphrase()
    given = os.environ.get(f"PASSAVANT_{use.upper()}_KEY")
    if given:
        key = read_key(given, secret)
        if name not in (None, key.name):
            raise _none(use, str(name))
        return key
    names = key_names(use)
    if name is None and len(names) > 1:
        raise _several(use, names)
    chosen = name or next(iter(names), "")
    path = key_path(use, chosen)
    if not chosen or not path.exists():
        raise _none(use, chosen)
    return read_key(_private_text(path), secret, str(path))


def is_encrypted(use: str, name: str | None) -> bool:
    """Return whether the key that :func:`load_key` would take lies encrypted on this machine."""
    names = key_names(use)
    path = key_path(use, name or next(iter(names), ""))
    return path.is_file() and "ENCRYPTED" in _private_text(path)


def passphrase() -> bytes | None:
    """Return the passphrase that the environment gives, if any."""
    given = os.environ.get("PASSAVANT_KEY_PASSPHRASE")
    return given.encode() if given else None


def write_key(key: SigningKey, secret: bytes | None) -> str:
    """Return the text of a key file.

    Raises:
        BadInput: the passphrase is shorter than 8 bytes.
    """
    from cryptography.hazmat.primitives.serialization import (
        BestAvailableEncryption,
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    if secret is not None and len(secret) < _SHORTEST:
        raise _short(len(secret))
    how = BestAvailableEncryption(secret) if secret else NoEncryption()
    return f"{key.verifier}\n{key.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how).decode()}"


def read_key(text: str, secret: bytes | None, file: str | None = None) -> SigningKey:
    """Read the text of a key file.

    Raises:
        BadInput: it is none, the passphrase is wrong or missing, or the halves do not belong together.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    first, _, pem = text.partition("\n")
    public = VerifierKey.parse(first)
    encrypted = "ENCRYPTED" in pem.partition("\n")[0]
    if encrypted and not secret:
        raise _unreadable(file, "an encrypted key and no passphrase", "une clé chiffrée et aucune phrase secrète")
    try:
        private = load_pem_private_key(pem.encode(), secret if encrypted else None)
    except (ValueError, TypeError) as error:
        raise _unreadable(file, "a key that does not open", "une clé qui ne s'ouvre pas") from error
    if not isinstance(private, Ed25519PrivateKey) or private.public_key().public_bytes_raw() != public.public:
        raise _unreadable(file, "two halves that are not of one key", "deux moitiés qui ne sont pas d'une même clé")
    return SigningKey(public.name, public.kind, private)


def _private_text(path: Path) -> str:
    try:
        mode = path.stat().st_mode & 0o777
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise settings.unwritable_home(error) from error
    if mode & 0o077:
        raise BadInput(
            "sealing.key.open",
            got=(f"a key that others may read (mode {mode:04o})", f"une clé lisible par d'autres (mode {mode:04o})"),
            expected=("a file of its owner alone, mode 0600", "un fichier réservé à son propriétaire, mode 0600"),
            next_step=(f"Run: chmod 600 {path}", f"Exécutez : chmod 600 {path}"),
            place=Place(file=str(path)),
        )
    return text


_CREATE: dict[str, tuple[str, str]] = {
    LOG: ("passavant log init ORIGIN", "passavant log init ORIGINE"),
    ISSUER: ("passavant log issuer add NAME", "passavant log issuer add NOM"),
    WITNESS: ("passavant witness init NAME", "passavant witness init NOM"),
}


def _none(use: str, name: str) -> NotFound:
    create = _CREATE[use]
    return NotFound(
        "sealing.key.none",
        got=(f"no {use} key {name}".rstrip(), f"aucune clé ({use}) {name}".rstrip()),
        expected=(
            f"a key in {key_path(use, name or 'NAME').parent}",
            f"une clé dans {key_path(use, name or 'NOM').parent}",
        ),
        next_step=(f"Make one: {create[0]}", f"Créez-en une : {create[1]}"),
    )


def _several(use: str, names: list[str]) -> BadInput:
    return BadInput(
        "sealing.key.several",
        got=(f"{len(names)} {use} keys: {', '.join(names)}", f"{len(names)} clés ({use}) : {', '.join(names)}"),
        expected=("the name of one", "le nom de l'une d'elles"),
        next_step=("Name it, for instance with --issuer.", "Nommez-la, par exemple avec --issuer."),
    )


def _exists(name: str, path: Path) -> BadInput:
    return BadInput(
        "sealing.key.exists",
        got=(f"the key {name} exists already", f"la clé {name} existe déjà"),
        expected=("a name not yet taken", "un nom encore libre"),
        next_step=(
            "Use the key that is there, or another name. Delete the file only if nothing was ever signed with it.",
            "Utilisez la clé existante, ou un autre nom. Ne supprimez le fichier que si elle n'a jamais rien signé.",
        ),
        place=Place(file=str(path)),
    )


def _bad_name(name: str) -> BadInput:
    return BadInput(
        "sealing.key.name",
        got=(f"the key name {name!r}", f"le nom de clé {name!r}"),
        expected=("a host and path in ASCII letters", "un hôte et un chemin en lettres ASCII"),
        next_step=(
            "Use a name such as seals.customs.example/log; write other letters as the web does (xn--…, %C3%A9).",
            "Prenez un nom tel que sceaux.douane.example/journal ; écrivez les autres lettres comme le web (xn--…, %C3%A9).",
        ),
    )


def _short(size: int) -> BadInput:
    return BadInput(
        "sealing.key.passphrase",
        got=(f"a passphrase of {size} bytes", f"une phrase secrète de {size} octets"),
        expected=(f"at least {_SHORTEST}", f"au moins {_SHORTEST}"),
        next_step=("Choose a longer one.", "Choisissez-en une plus longue."),
    )


def _unreadable(file: str | None, got: str, got_fr: str) -> BadInput:
    return BadInput(
        "sealing.key.unreadable",
        got=(got, got_fr),
        expected=("a key of Passavant and its passphrase", "une clé de Passavant et sa phrase secrète"),
        next_step=(
            "Set PASSAVANT_KEY_PASSPHRASE to the passphrase that the key was made with.",
            "Donnez à PASSAVANT_KEY_PASSPHRASE la phrase secrète choisie à la création de la clé.",
        ),
        place=Place(file=file) if file else None,
    )
