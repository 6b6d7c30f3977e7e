"""Units of quantity as declarations name them (UN/CEFACT Recommendation 20), in words: those that parcels come in."""

from __future__ import annotations

from collections.abc import Mapping

from passavant.texts import Text

__all__ = ["UNITS"]

UNITS: Mapping[str, Text] = {
    "C62": Text("unit", "unité"),
    "CMT": Text("centimetre", "centimètre"),
    "CTM": Text("metric carat", "carat métrique"),
    "DZN": Text("dozen", "douzaine"),
    "EA": Text("each", "unité"),
    "GRM": Text("gram", "gramme"),
    "H87": Text("piece", "pièce"),
    "KGM": Text("kilogram", "kilogramme"),
    "LTR": Text("litre", "litre"),
    "MLT": Text("millilitre", "millilitre"),
    "MTK": Text("square metre", "mètre carré"),
    "MTQ": Text("cubic metre", "mètre cube"),
    "MTR": Text("metre", "mètre"),
    "NAR": Text("number of articles", "nombre d'articles"),
    "NMP": Text("number of packs", "nombre de paquets"),
    "PCE": Text("piece", "pièce"),
    "PR": Text("pair", "paire"),
    "SET": Text("set", "jeu"),
}
