"""`passavant trail`: the portal's record of who did what, checked, and its head sealed in a log."""

from __future__ import annotations

from passavant.cli.framework import App
from passavant.cli.options import ISSUER, JSON, LOG
from passavant.cli.passphrases import passphrase_for
from passavant.cli.serve import open_portal
from passavant.cli.show import as_json, echo
from passavant.texts import pick

__all__ = ["app"]

app = App(
    help=pick(
        "The portal's trail: checked, and sealed in a log.\n\nExample: passavant trail check",
        "La piste d'audit du portail : vérifiée, et scellée dans un journal.\n\nExemple : passavant trail check",
    ),
)


@app.command("check", help=pick(
    "Check that every entry leads to the next. Exit status: 0 it does, 1 it does not.\n\nExample: passavant trail check",
    "Vérifie que chaque inscription mène à la suivante. Code de retour : 0 oui, 1 non.\n\nExemple : passavant trail check",
))  # fmt: skip
def check(json_: JSON = False) -> int:
    """Check the chain."""
    open_portal()
    from passavant.portal.trail.services import check_chain, head

    found, now = check_chain(), head()
    if json_:
        as_json({"size": now.size, "hash": now.hash, "break": vars(found) if found else None})
    elif found is None:
        echo(pick(f"{now.size} entries, unbroken: {now.hash}", f"{now.size} inscriptions, sans rupture : {now.hash}"))
    else:
        echo(
            pick(
                f"BROKEN at entry {found.sequence}: expected {found.expected}, found {found.found}",
                f"ROMPUE à l'inscription {found.sequence} : attendu {found.expected}, trouvé {found.found}",
            )
        )
    return 1 if found else 0


@app.command("seal", help=pick(
    "Seal the newest entry in a log; run it daily. What was sealed lies in $PASSAVANT_HOME/trail, its receipt beside it.\n\n"
    "Example: passavant trail seal",
    "Scelle l'inscription la plus récente dans un journal ; à lancer chaque jour. Ce qui a été scellé est dans "
    "$PASSAVANT_HOME/trail, son reçu à côté.\n\nExemple : passavant trail seal",
))  # fmt: skip
def seal(issuer: ISSUER = None, log: LOG = None) -> None:
    """Seal the head."""
    open_portal()
    from passavant import settings
    from passavant.portal.trail.sealing import seal_trail
    from passavant.sealing.desk import open_desk
    from passavant.sealing.keys import ISSUER as USE
    from passavant.sealing.keys import load_key

    key = load_key(USE, issuer, passphrase_for(USE, issuer))
    file = seal_trail(settings.home() / "trail", key, open_desk(log))
    echo(str(file) if file else pick("nothing new since the last seal", "rien de nouveau depuis le dernier scellé"))
