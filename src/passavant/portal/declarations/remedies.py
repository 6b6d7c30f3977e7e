"""What a declarant does about a reason, in words: by the code of the reason, or the part of it that is most alike."""

from __future__ import annotations

from collections.abc import Mapping

from passavant.texts import Text

__all__ = ["ORDINARY", "REMEDIES", "remedy"]

#: Where nothing more is known of a reason, such as one of an analyst's rule.
ORDINARY = Text(
    "Answer below with the documents that settle it, or send the declaration again, corrected, under the next version.",
    "Répondez ci-dessous en joignant les documents qui règlent la question, ou renvoyez la déclaration corrigée, sous la version suivante.",
)
_CORRECT = Text(
    "Correct what is named and send the declaration again under the next version.",
    "Corrigez l'élément indiqué et renvoyez la déclaration sous la version suivante.",
)
_NOTHING = Text(
    "Nothing is asked of you: customs settles this itself.",
    "Rien ne vous est demandé : la douane s'en charge.",
)
_NUMBER = Text(
    "Compare the number with the label of the parcel, and send the declaration again under the next version.",
    "Comparez le numéro avec l'étiquette du colis et renvoyez la déclaration sous la version suivante.",
)
_CODE = Text(
    "Give the HS code of the goods, at least six digits, and send the declaration again under the next version.",
    "Indiquez le code SH de la marchandise, six chiffres au moins, et renvoyez la déclaration sous la version suivante.",
)
_PARTY = Text(
    "Give full name and address, and send the declaration again under the next version.",
    "Indiquez le nom et l'adresse complets et renvoyez la déclaration sous la version suivante.",
)
_PRICE = Text(
    "Send the invoice or the proof of payment; where the declared amount is wrong, send the declaration again under the next version.",
    "Envoyez la facture ou la preuve de paiement ; si le montant déclaré est erroné, renvoyez la déclaration sous la version suivante.",
)
_MEASURE = Text(
    "Check quantity and masses (gross at least net), and send the declaration again under the next version.",
    "Vérifiez la quantité et les masses (brute au moins égale à la nette) et renvoyez la déclaration sous la version suivante.",
)
_COUNTRY = Text(
    "Check the country that the goods go to: another administration may be the right one. Answer below if it is this one.",
    "Vérifiez le pays de destination : une autre administration est peut-être compétente. Répondez ci-dessous s'il s'agit bien de celle-ci.",
)
_GIFT = Text(
    "If it was bought, send the declaration again as a sale, under the next version; if it is a gift, say below who gives it and why.",
    "S'il s'agit d'un achat, renvoyez la déclaration comme vente, sous la version suivante ; s'il s'agit d'un cadeau, dites ci-dessous qui l'offre et à quelle occasion.",
)
_PERSON = Text(
    "Give the recipient's personal code, and send the declaration again under the next version.",
    "Indiquez le code personnel du destinataire et renvoyez la déclaration sous la version suivante.",
)

#: By code, or by the first words of codes.
REMEDIES: Mapping[str, Text] = {
    "dataset": _CORRECT,
    "dataset.description": Text(
        "Say what the goods are, of what they are made and what they are for; send the declaration again under the next version.",
        "Indiquez la nature, la matière et l'usage de la marchandise ; renvoyez la déclaration sous la version suivante.",
    ),
    "dataset.importer": _PARTY,
    "dataset.exporter": _PARTY,
    "dataset.s10": _NUMBER,
    "dataset.hs_code": _CODE,
    "dataset.value": _PRICE,
    "dataset.quantity": _MEASURE,
    "dataset.mass": _MEASURE,
    "policy.tariff": _CODE,
    "policy.tariff.specific_rate": _NOTHING,
    "policy.exchange": _NOTHING,
    "policy.destination": _COUNTRY,
    "policy.law.no_date": _CORRECT,
    "policy.documents": Text(
        "If they are documents, declare neither value nor HS code; if they are goods, declare them as such. Use the next version.",
        "S'il s'agit de documents, ne déclarez ni valeur ni code SH ; s'il s'agit de marchandises, déclarez-les comme telles. Utilisez la version suivante.",
    ),
    "policy.amount": Text(
        "Give the value, the quantity and the masses of every item, and send the declaration again under the next version.",
        "Indiquez la valeur, la quantité et les masses de chaque article et renvoyez la déclaration sous la version suivante.",
    ),
    "policy.requirement.mixed_gift": _GIFT,
    "policy.requirement.personal_code_missing": _PERSON,
    "policy.requirement.personal_code_ill_formed": _PERSON,
    "policy.requirement.returned_goods": Text(
        "Send the proof of the earlier export, such as its customs declaration, with your answer.",
        "Joignez à votre réponse la preuve de l'exportation antérieure, par exemple sa déclaration en douane.",
    ),
    "policy.requirement.partly_prohibited": Text(
        "Say below which goods exactly these are, with a picture or the maker's description.",
        "Précisez ci-dessous de quelle marchandise il s'agit exactement, avec une photo ou la fiche du fabricant.",
    ),
    "policy.scheme": Text(
        "Give the seller's number under the scheme as it was issued, or leave the scheme out; send the declaration again under the next version.",
        "Indiquez le numéro du vendeur sous ce régime tel qu'il a été attribué, ou n'invoquez pas le régime ; renvoyez la déclaration sous la version suivante.",
    ),
    "clearance.rule.gift_of_many": _GIFT,
    "signals.quota": Text(
        "Give the importer's identification number, and send the declaration again under the next version.",
        "Indiquez le numéro d'identification de l'importateur et renvoyez la déclaration sous la version suivante.",
    ),
    "clearance.procedure": Text(
        "Send a full declaration under the next version.",
        "Envoyez une déclaration complète sous la version suivante.",
    ),
    "clearance.version": Text(
        "Raise the version by one and send the declaration again.",
        "Augmentez la version d'une unité et renvoyez la déclaration.",
    ),
}  # fmt: skip


def remedy(code: str) -> Text:
    """Return what to do about a reason."""
    parts = code.split(".")
    names = (".".join(parts[:count]) for count in range(len(parts), 0, -1))
    return next((REMEDIES[name] for name in names if name in REMEDIES), ORDINARY)
