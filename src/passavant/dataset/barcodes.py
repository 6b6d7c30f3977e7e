r"""What a scanner gives at the counter or on the belt → what to look up. Nothing is fetched, whatever the code says.

>>> read_scan("RR 473 124 829 GB").kind, read_scan("RR 473 124 829 GB").value
('s10', 'RR473124829GB')
>>> read_scan("]C100106141412345678908").kind
'sscc'
>>> read_scan("FR:LP:77").fields["declaration_id"]
'77'
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import unquote, urlsplit

from passavant.dataset import gs1, s10
from passavant.dataset.codes import country_codes
from passavant.errors import BadInput, Both, Place
from passavant.texts import Text

__all__ = ["LONGEST", "Kind", "Scanned", "read_scan"]

#: Most characters of a code that is read.
LONGEST = 1000
Kind = Literal["s10", "sscc", "gsin", "ginc", "gtin", "order", "consignment", "waybill"]

#: Kinds of a GS1 code by their identifier, the one that says most about a consignment first.
_GS1_KINDS: tuple[tuple[str, Kind], ...] = (
    ("00", "sscc"),
    ("402", "gsin"),
    ("401", "ginc"),
    ("01", "gtin"),
    ("400", "order"),
)
#: AIM identifiers of GS1 codes: GS1-128, DataBar and composite, DataMatrix, QR, DotCode; then EAN and UPC.
_GS1_SYMBOLS, _RETAIL_SYMBOLS = ("]C1", "]e", "]d2", "]Q3", "]J1"), ("]E0", "]E4")
_SYMBOL = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_CONSIGNMENT = re.compile(r"([A-Z]{2}):([^:\s/]{1,35}):([^:\s/]{1,70})")
_WAYBILL = re.compile(r"[A-Z0-9][A-Z0-9./_-]{2,69}")
_REUSED = Text("An S10 number may come back after 12 months.", "Un numéro S10 peut resservir après 12 mois.")
_NO_COUNTRY = Text(
    "The country of this S10 number is not an ISO code.", "Le pays de ce numéro S10 n'est pas un code ISO."
)
_PERHAPS_SSCC = Text(
    "It may be the SSCC of a whole unit of transport.", "Ce peut être le SSCC d'une unité logistique entière."
)
_PRODUCT = Text("This identifies a product, not a consignment.", "Ceci identifie un produit, non un envoi.")


@dataclass(frozen=True)
class Scanned:
    """What was scanned.

    Attributes:
        kind: What ``value`` is; ``waybill`` is a search over waybill, order and declaration numbers.
        value: What to look up.
        fields: Its parts: of a consignment ``administration``, ``declarant_id`` and ``declaration_id``; of an S10
            ``indicator``, ``serial`` and ``country``; of a GS1 code its values by application identifier.
        note: What whoever scans should know.
    """

    kind: Kind
    value: str
    fields: dict[str, str] = field(default_factory=dict)
    note: Text | None = None


def read_scan(text: str, *, own_hosts: Collection[str] = ()) -> Scanned:
    """Return what a scanned or typed code asks for.

    Args:
        text: As the scanner gives it: with or without AIM identifier, separators as ASCII 29.
        own_hosts: Names under which this portal is reached: an address of a declaration there is that declaration.

    Raises:
        BadInput: it cannot be one of these: too long, control characters, a wrong check digit (the right one is told), an
            address of another site.
    """
    code = _cleaned(text)
    symbol = _SYMBOL.match(code)
    body = code[3:] if symbol else code
    if code.startswith(_GS1_SYMBOLS):
        return _of_gs1(gs1.elements, body)
    if code.startswith(_RETAIL_SYMBOLS) and re.fullmatch(r"[0-9]{8}|[0-9]{12,13}", body):
        return _of_gs1(gs1.elements, f"01{body:0>14}")
    if re.match(r"https?://", body, re.IGNORECASE):
        return _of_address(body, own_hosts)
    if body.startswith(gs1.SEPARATOR) or gs1.SEPARATOR in body:
        return _of_gs1(gs1.elements, body)
    if re.match(r"\([0-9]{2,4}\)", body):
        return _of_gs1(gs1.bracketed, body)
    return _of_consignment(body) or _of_number(body)


def _cleaned(text: str) -> str:
    if len(text) > LONGEST:
        raise _refusal((f"{len(text)} characters", f"{len(text)} caractères"), "")
    code = text.strip(" \t\r\n")
    if not code or any(not sign.isprintable() and sign != gs1.SEPARATOR for sign in code):
        raise _refusal(("nothing, or control characters", "rien, ou des caractères de commande"), code)
    return code


def _of_gs1(reader: Callable[[str], dict[str, str]], body: str) -> Scanned:
    try:
        found = reader(body)
    except gs1.Malformed as error:
        raise _malformed(error) from error
    return _keyed(found, body)


def _keyed(found: dict[str, str], body: str) -> Scanned:
    for ai, kind in _GS1_KINDS:
        if ai in found:
            return Scanned(kind, found[ai], found, _PRODUCT if kind == "gtin" else None)
    raise _refusal(("a GS1 code that names no consignment", "un code GS1 qui ne désigne aucun envoi"), body)


def _of_address(address: str, own_hosts: Collection[str]) -> Scanned:
    try:
        parts = urlsplit(address)
        linked = gs1.digital_link(address)
    except gs1.Malformed as error:
        raise _malformed(error) from error
    except ValueError as error:
        raise _refusal(("an address that cannot be read", "une adresse illisible"), address) from error
    if (parts.hostname or "") in own_hosts:
        for part in parts.path.split("/"):
            if own := _of_consignment(unquote(part)):
                return own
    if linked:
        return _keyed(linked, address)
    raise _refusal(("an address of another site, not opened", "une adresse d'un autre site, non ouverte"), address)


def _of_consignment(body: str) -> Scanned | None:
    parts = _CONSIGNMENT.fullmatch(body)
    if parts is None:
        return None
    names = ("administration", "declarant_id", "declaration_id")
    return Scanned("consignment", body, dict(zip(names, parts.groups(), strict=True)))


def _of_number(body: str) -> Scanned:
    close = re.sub(r"[\s\u00a0\u202f]", "", body).upper()
    if s10.has_shape(close):
        return _of_s10(close)
    if re.fullmatch(r"00[0-9]{18}", close) and int(close[-1]) == gs1.check_digit(close[2:-1]):
        return Scanned("sscc", close[2:], {"00": close[2:]})
    if not _WAYBILL.fullmatch(close):
        raise _refusal(
            ("a text that is no number of a consignment", "un texte qui n'est le numéro d'aucun envoi"), body
        )
    if re.fullmatch(r"[0-9]{18}", close) and int(close[-1]) == gs1.check_digit(close[:-1]):
        return Scanned("waybill", close, {"00": close}, _PERHAPS_SSCC)
    return Scanned("waybill", close)


def _of_s10(code: str) -> Scanned:
    if not s10.is_valid(code):
        right = s10.compose(code[:2], code[2:10], code[11:])
        raise BadInput(
            "dataset.barcode.check_digit",
            got=(f"the S10 number {code}, whose check digit is wrong", f"le numéro S10 {code}, dont la clé de contrôle est fausse"),
            expected=(f"{right}, if the other digits are right", f"{right}, si les autres chiffres sont justes"),
            next_step=("Scan it again, or compare it with the label.", "Scannez à nouveau, ou comparez avec l'étiquette."),
            place=Place(field="s10", value=code),
        )  # fmt: skip
    parts = {"indicator": code[:2], "serial": code[2:10], "country": code[11:]}
    return Scanned("s10", code, parts, _REUSED if code[11:] in country_codes() else _NO_COUNTRY)


def _malformed(error: gs1.Malformed) -> BadInput:
    ai, value = error.ai, error.value[:40]
    if error.right:
        expected: Both = (
            f"({ai}){error.right}, if the other digits are right",
            f"({ai}){error.right}, si les autres chiffres sont justes",
        )
    else:
        expected = (
            "a value of the form that GS1 gives this identifier",
            "une valeur de la forme que GS1 donne à cet identifiant",
        )
    return BadInput(
        "dataset.barcode.check_digit" if error.right else "dataset.barcode.gs1",
        got=(f"the GS1 element ({ai}){value}", f"l'élément GS1 ({ai}){value}"),
        expected=expected,
        next_step=("Scan it again, or compare it with the label.", "Scannez à nouveau, ou comparez avec l'étiquette."),
        place=Place(field=f"AI {ai}", value=value),
    )  # fmt: skip


def _refusal(got: Both, shown: str) -> BadInput:
    return BadInput(
        "dataset.barcode.unknown",
        got=got,
        expected=(
            f"an S10 number, a GS1 code, administration:declarant:declaration, or a waybill number, of {LONGEST} characters at most",
            f"un numéro S10, un code GS1, administration:déclarant:déclaration ou un numéro de transport, de {LONGEST} caractères au plus",
        ),
        next_step=("Scan another code of the label, or type the number.", "Scannez un autre code de l'étiquette, ou saisissez le numéro."),
        place=Place(field="scan", value=shown[:40]) if shown else None,
    )  # fmt: skip
