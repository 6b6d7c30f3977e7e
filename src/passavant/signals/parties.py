"""Who a party is, for what depends on other parcels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from passavant.policy.load import Policy

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["party_key", "person_key"]


def party_key(items: ir.Table) -> ir.IntegerValue:
    """Return the importer's key, else the key of the importer's id; null when neither says who it is."""
    return ibis.coalesce(_named(items), items.importer_id_key)


def person_key(items: ir.Table, policy: Policy) -> ir.IntegerValue:
    """Return the key of the person whose importations the policy's quota counts; null when nobody is named."""
    by_id = policy.file.quota is None or policy.file.quota.person == "importer_id"
    return ibis.coalesce(items.importer_id_key, _named(items)) if by_id else _named(items)


def _named(items: ir.Table) -> ir.IntegerValue:
    """Leave out stop words: everybody called “unknown” would be one party."""
    nobody = items.importer_party_stop.fill_null(False)
    return ibis.ifelse(nobody, ibis.null("int64"), items.importer_key)
