"""A synthetic day of e-commerce consignments, with the truth about its faults beside it.

No file of real declarations can be published; this one can. It shows the orders of magnitude of real flows (small
values, a few large senders, buyers who come back) and holds faults that are known: splits, undervaluation, vague
texts, wrong codes, prohibited goods, borrowed scheme numbers. Scores measured on it say how a rule behaves on these
faults, never how it would do at a border.

>>> import tempfile
>>> from datetime import date
>>> from pathlib import Path
>>> with tempfile.TemporaryDirectory() as folder:
...     day = generate(1000, seed=7, day=date(2026, 9, 15), destination="EU", out=Path(folder) / "day")
...     print(day.rows, day.parcels.name, day.truth.name, sorted(p.name for p in day.folder.iterdir()))
1000 parcels.parquet truth.parquet ['parcels.parquet', 'truth.parquet']
"""

from passavant.synthetic.columns import COLUMNS
from passavant.synthetic.day import Generated, generate
from passavant.synthetic.draft import KINDS
from passavant.synthetic.s10 import check_digit, is_valid
from passavant.synthetic.world import world_file

__all__ = ["COLUMNS", "DESTINATIONS", "Generated", "KINDS", "check_digit", "generate", "is_valid"]

#: The destinations that a day can be made for.
DESTINATIONS = tuple(world_file().destinations)
