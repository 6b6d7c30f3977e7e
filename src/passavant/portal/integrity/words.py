"""What each indicator says and how it is made, in both languages."""

from __future__ import annotations

from passavant.portal.integrity.indicators import FAST
from passavant.portal.integrity.proportions import FEWEST
from passavant.texts import Text

__all__ = ["METHOD", "WORDS"]

#: How all of them are made: shown with every list.
METHOD = Text(
    f"Each share is shown with its denominator, its 95% Wilson interval and the office's share, the person included. It is flagged only "
    f"when the lower end of the interval lies above the office's share and at least {FEWEST} cases count; where the largest of several is shown, the interval is widened for that (Bonferroni). Chance alone flags about one "
    "person in forty for each indicator, and work differs between posts: a flag is a question to ask, not a finding. Who makes up "
    "most of an office cannot stand out from it.",
    "Chaque part est montrée avec son dénominateur, son intervalle de Wilson à 95\u00a0% et la part du bureau, personne comprise. Elle n'est "
    f"signalée que si la borne inférieure de l'intervalle dépasse la part du bureau et si au moins {FEWEST} cas comptent ; quand la plus grande de plusieurs parts est montrée, l'intervalle est élargi d'autant (Bonferroni). Le hasard seul "
    "signale environ une personne sur quarante pour chaque indicateur, et le travail diffère d'un poste à l'autre : un signalement est "
    "une question à poser, non une conclusion. Qui fait l'essentiel d'un bureau ne peut s'en écarter.",
)

#: Each indicator: what it is a share of.
WORDS: dict[str, Text] = {
    "overrides": Text(
        "Decided below the advice, of the decisions whose advice is known (a refusal weighs as a control)",
        "Décisions en deçà de l'avis, parmi celles dont l'avis est connu (un refus pèse comme un contrôle)",
    ),
    "alone": Text(
        "Without a second person, of the decisions below the advice",
        "Sans seconde personne, parmi les décisions en deçà de l'avis",
    ),
    "concentration": Text(
        "For one declarant, of the person's releases; the declarant shown exceeds the office's share the most",
        "Pour un même déclarant, parmi les mainlevées de la personne ; le déclarant montré dépasse le plus la part du bureau",
    ),
    "fast": Text(
        f"In fewer than {FAST} seconds from opening the case, of the releases whose time is known",
        f"En moins de {FAST} secondes après l'ouverture du dossier, parmi les mainlevées dont la durée est connue",
    ),
    "out_of_hours": Text(
        "Out of office hours, of all decisions",
        "Hors des heures de bureau, parmi toutes les décisions",
    ),
    "pair": Text(
        f"Approved by one colleague, of the decisions that a second person approved, beside that colleague's share of all approvals; flagged "
        f"only where the person approved at least {FEWEST} of the colleague's in return",
        "Approuvées par un même collègue, parmi les décisions approuvées par une seconde personne, à côté de la part de ce collègue dans "
        f"toutes les approbations ; signalé seulement si la personne a approuvé en retour au moins {FEWEST} des siennes",
    ),
}
