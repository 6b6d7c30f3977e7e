"""Which consignments go under the destination's low-value scheme, and which procedure is declared."""

from __future__ import annotations

import numpy as np

from passavant.synthetic.chance import Bools, Floats, Ints
from passavant.synthetic.draft import Draft
from passavant.synthetic.world import CHANNELS, NATURES, World

__all__ = ["procedures", "settle"]


def settle(world: World, draft: Draft) -> None:
    """Give a scheme number to what was sold by a registered seller and stays within the scheme's threshold."""
    sale = draft.nature == NATURES.index("sale")
    taken = sale & _within(world, draft) & _accepted(world, draft)
    draft.scheme[:] = np.where(taken, world.scheme_of(draft.seller), -1)


def procedures(world: World, draft: Draft) -> tuple[list[str], Ints]:
    """Return the procedure codes of the destination and the place of each consignment's in them; -1 is none."""
    known = world.destination.procedures
    codes = list(known)
    scheme, low = draft.scheme >= 0, _within(world, draft)
    choices = [
        ("gift", (draft.nature == NATURES.index("gift")) & low),
        ("scheme", scheme),
        ("post", low & (draft.channel == CHANNELS.index("post"))),
        ("low", low),
        ("full", np.ones_like(low)),
    ]
    usable = [(codes.index(name), where) for name, where in choices if name in known]
    if not usable:
        return [], np.full(len(draft.number), -1)
    return list(known.values()), np.select([where for _, where in usable], [place for place, _ in usable], -1)


def _within(world: World, draft: Draft) -> Bools:
    """Tell which consignments stay within the threshold as declared: in total, or per article where that counts."""
    eur = _eur(world, draft, draft.declared)
    if world.destination.scheme_per == "item":
        article = eur / draft.pieces
        return np.asarray(np.maximum.reduceat(article, draft.first) <= world.threshold_eur)
    return np.asarray(np.add.reduceat(eur, draft.first) <= world.threshold_eur)


def _accepted(world: World, draft: Draft) -> Bools:
    """Tell which consignments hold no goods that the scheme leaves out."""
    families = [world.catalogue.families.index(name) for name in world.destination.scheme_without]
    left_out = np.isin(world.catalogue.family[draft.good], families)
    return np.asarray(~np.logical_or.reduceat(left_out, draft.first))


def _eur(world: World, draft: Draft, amounts: Ints) -> Floats:
    unit = world.per_eur * 10.0**world.decimals
    return np.asarray(amounts / unit[draft.currency[draft.parcel]])
