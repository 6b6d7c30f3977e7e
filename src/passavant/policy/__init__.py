"""The law as dated data: thresholds, duty, VAT, fees, schemes, quotas and release categories of a jurisdiction.

>>> from passavant.policy import load_policy, value_on
>>> import datetime as dt
>>> policy = load_policy("EU")
>>> value_on(policy.file.parameters["duty_relief"].values, dt.date(2026, 6, 30)).value
Decimal('150')
>>> value_on(policy.file.parameters["duty_relief"].values, dt.date(2026, 7, 1)).value
Decimal('0')
"""

from passavant.policy.law import Law, in_unit, value_on
from passavant.policy.load import Policy, load_policy, shipped_policies
from passavant.policy.model import PolicyFile
from passavant.policy.tariff import hs6_codes, tariff_table

__all__ = [
    "Law",
    "Policy",
    "PolicyFile",
    "hs6_codes",
    "in_unit",
    "load_policy",
    "shipped_policies",
    "tariff_table",
    "value_on",
]
