r"""Clearance: quality, signals, assessment and rules lead to a category, an outcome, a lane and reasons.

>>> from passavant.clearance import ClearOptions, clear
>>> import pathlib, tempfile
>>> folder = pathlib.Path(tempfile.mkdtemp())
>>> _ = (folder / "day.csv").write_text(
...     "declarant_id,declaration_id,lodged_at,channel,importer_country,importer_name,importer_address,exporter_name,"
...     "exporter_address,exporter_country,nature,house_waybill,currency,intrinsic_value,description,hs_code,origin,"
...     "quantity,gross_mass_kg,departure_country,order_id\n"
...     "D1,A1,2026-06-15T10:00:00Z,express,FR,Ada,1 rue X 75001 Paris,Shop,2 road Y Shenzhen,CN,sale,H1,EUR,100.00,"
...     "blue cotton t-shirt,610910,CN,1,0.3,CN,O1\n"
... )
>>> run = clear([folder / "day.csv"], folder / "out", ClearOptions(policy="EU", stratum_ppm=0))
>>> run.summary.consignments, run.summary.by_category, run.summary.sums["vat_minor"]
(1, {'3': 1}, 2000)
"""

from passavant.clearance.run import ClearOptions, Run, clear
from passavant.clearance.summary import Summary

__all__ = ["ClearOptions", "Run", "Summary", "clear"]
