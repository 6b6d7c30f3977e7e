"""What an audit can find, in both languages. A finding's code is ``sealing.audit.`` and its name here."""

from __future__ import annotations

from passavant.texts import Text

__all__ = ["FINDINGS"]

FINDINGS: dict[str, Text] = {
    "checkpoint": Text(
        "The checkpoint is refused: its form or a signature does not hold.",
        "Le point de contrôle est refusé : sa forme ou une signature ne tient pas.",
    ),
    "quorum": Text(
        "Too few of the witnesses that you ask for have cosigned.",
        "Trop peu des témoins que vous exigez ont cosigné.",
    ),
    "rewound": Text(
        "REWIND: the log shows fewer entries than it had signed before.",
        "RETOUR EN ARRIÈRE : le journal montre moins d'inscriptions qu'il n'en avait signé.",
    ),
    "fork": Text(
        "FORK: the log signed two trees that contradict each other.",
        "BIFURCATION : le journal a signé deux arbres qui se contredisent.",
    ),
    "unproven": Text(
        "The tiles do not prove that the log continues an earlier checkpoint.",
        "Les tuiles ne prouvent pas que le journal prolonge un point de contrôle antérieur.",
    ),
    "root": Text(
        "The signed root is that of neither the entries nor the tiles.",
        "La racine signée n'est ni celle des inscriptions ni celle des tuiles.",
    ),
    "tile-missing": Text("A tile is missing.", "Une tuile manque."),
    "tile-damaged": Text("A tile has the wrong length.", "Une tuile n'a pas la bonne longueur."),
    "tile-altered": Text(
        "A tile does not hold the hashes of the tiles below it.",
        "Une tuile ne contient pas les empreintes des tuiles situées au-dessous.",
    ),
    "bundle-missing": Text("A bundle of entries is missing.", "Un lot d'inscriptions manque."),
    "bundle-damaged": Text(
        "A bundle does not hold the entries it should.", "Un lot ne contient pas les inscriptions attendues."
    ),
    "leaf-altered": Text(
        "An entry and its hash in the tile differ: one of them was altered.",
        "Une inscription et son empreinte dans la tuile diffèrent : l'une des deux a été modifiée.",
    ),
    "entry-form": Text(
        "An entry is not a statement in canonical JSON.", "Une inscription n'est pas une déclaration en JSON canonique."
    ),
    "entry-opening": Text(
        "The log does not open once, at entry 0, with its own key.",
        "Le journal ne s'ouvre pas une seule fois, à l'inscription 0, avec sa propre clé.",
    ),
    "entry-time": Text(
        "An entry was logged before the one that precedes it.",
        "Une inscription est datée d'avant celle qui la précède.",
    ),
    "entry-signature": Text("The issuer did not sign this statement.", "L'émetteur n'a pas signé cette déclaration."),
    "entry-key": Text(
        "A key made a statement before the log admitted it.",
        "Une clé a fait une déclaration avant d'être admise par le journal.",
    ),
    "entry-withdrawn": Text(
        "A key made a statement after the log withdrew it.",
        "Une clé a fait une déclaration après avoir été retirée par le journal.",
    ),
    "entry-scope": Text(
        "A statement is outside what its key was admitted for.",
        "Une déclaration dépasse la portée accordée à sa clé.",
    ),
    "entry-log-key": Text(
        "A statement of the log itself is not in its name and of its key.",
        "Une déclaration du journal lui-même n'est pas à son nom et de sa clé.",
    ),
    "entry-admission": Text(
        "An admission or withdrawal names no key that it could be about.",
        "Une admission ou un retrait ne désigne aucune clé possible.",
    ),
    "entry-duplicate": Text(
        "The same issuer stated the same of the same document before.",
        "Le même émetteur avait déjà déclaré la même chose du même document.",
    ),
    "entry-differs": Text(
        "An issuer says of a document something else than it said before.",
        "Un émetteur dit d'un document autre chose que ce qu'il en avait dit.",
    ),
    "entry-ended": Text(
        "A document was sealed after its issuer had revoked or replaced it.",
        "Un document a été scellé après que son émetteur l'avait révoqué ou remplacé.",
    ),
    "entry-unsealed": Text(
        "A revocation or replacement of what its issuer had not sealed.",
        "Une révocation ou un remplacement de ce que son émetteur n'avait pas scellé.",
    ),
}
