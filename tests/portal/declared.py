"""A declaration that nothing is wrong with."""

from __future__ import annotations

import datetime as dt
from typing import Any

__all__ = ["declaration"]


def declaration(number: str, **changes: Any) -> dict[str, Any]:
    """Return a declaration that nothing is wrong with, changed as told."""
    now = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    item = {
        "item_no": 1, "description": "blue cotton t-shirt", "hs_code": "610910", "origin": "CN", "quantity": 1,
        "gross_mass_kg": "0.300", "net_mass_kg": "0.250", "intrinsic_value": "100.00", "packages": 1,
    }  # fmt: skip
    whole = {
        "declaration_id": number, "lodged_at": f"{now:%Y-%m-%dT%H:%M:%SZ}", "channel": "express",
        "house_waybill": f"H{number}", "departure_country": "CN", "importer_name": f"Ada {number}",
        "importer_address": "1 rue X, 75001 Paris", "importer_country": "FR", "exporter_name": "Shop",
        "exporter_address": "2 road Y, Shenzhen", "exporter_country": "CN", "order_id": f"O{number}", "nature": "sale",
        "currency": "EUR",
    }  # fmt: skip
    return whole | {"items": [item | {name: changes.pop(name) for name in list(changes) if name in item}]} | changes
