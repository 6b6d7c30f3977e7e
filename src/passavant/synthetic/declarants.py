"""Who lodges: the post of the country of destination, an express carrier, a customs agent or a forwarder."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from passavant.synthetic.chance import Ints, Weighted, mix, salt, unit
from passavant.synthetic.draft import Draft
from passavant.synthetic.text import filled
from passavant.synthetic.world import Operator, World, build_world

__all__ = ["Declarants", "declarant_of", "declarants"]


@dataclass(frozen=True)
class Declarants:
    """Posts first, one per country of destination, then carriers, agents and forwarders from the places given."""

    ids: list[str]
    prefixes: list[str]
    aeo: list[str | None]
    express: int
    agents: int
    forwarders: int


@lru_cache(maxsize=2)
def declarants(seed: int, code: str) -> Declarants:
    """Return the declarants of a destination; their numbers do not depend on the seed of the day's flow."""
    world = build_world(seed, code)
    posts = [(country, "post", "PO", True) for country in world.importers]
    operators = [*world.file.express, *world.file.agents, *world.file.forwarders]
    hubs = world.destination.hubs
    rest = [(hubs[place % len(hubs)], who.id, who.prefix, who.aeo) for place, who in enumerate(operators)]
    everyone = posts + rest
    return Declarants(
        ids=[_number(country, name, "#########") for country, name, _, _ in everyone],
        prefixes=[prefix for _, _, prefix, _ in everyone],
        aeo=[_aeo(country, name) if aeo else None for country, name, _, aeo in everyone],
        express=len(posts),
        agents=len(posts) + len(world.file.express),
        forwarders=len(posts) + len(world.file.express) + len(world.file.agents),
    )


def declarant_of(world: World, draft: Draft) -> Ints:
    """Return the declarant of each consignment, in the order of ``CHANNELS``; a marketplace keeps to one agent."""
    who, file = declarants(world.seed, world.code), world.file
    importer = world.buyer_importer(draft.buyer)
    chance = unit(mix(draft.number, salt(world.seed, "declarant")))
    market = unit(mix(world.sellers.market[draft.seller] + 1, salt("agent of marketplace")))
    express = who.express + _pick(file.express, chance)
    agent = who.agents + _pick(file.agents, market)
    forwarder = who.forwarders + _pick(file.forwarders, chance)
    return np.choose(draft.channel, [importer, express, agent, forwarder]).astype(np.int64)


def _pick(operators: list[Operator], chance: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Ints:
    return Weighted([operator.share for operator in operators]).pick(chance)


def _number(country: str, name: str, pattern: str) -> str:
    words = mix([0], salt("declarant", country, name, pattern))
    return country + bytes(filled(pattern, words)[0]).decode()


def _aeo(country: str, name: str) -> str:
    return _number(country, name, "AEOF########")
