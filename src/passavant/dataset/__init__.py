"""The harmonised e-commerce consignment: one schema, and what derives from it.

>>> from passavant.dataset import load_schema
>>> element = load_schema().element("intrinsic_value")
>>> element.label.text.say("fr"), element.type, element.held_by
('Valeur intrinsèque', 'decimal', ('platform', 'seller'))
>>> element.eucdm_shown
'14 14 000 000 (C)'
"""

from passavant.dataset.codes import Country, countries, country_codes, country_name
from passavant.dataset.element import Code, Element
from passavant.dataset.flow import flow_svg
from passavant.dataset.json_schema import json_schema
from passavant.dataset.schema import Holder, Message, Schema, intake_arrow_schema, load_schema

__all__ = [
    "Code",
    "Country",
    "Element",
    "Holder",
    "Message",
    "Schema",
    "countries",
    "country_codes",
    "country_name",
    "flow_svg",
    "intake_arrow_schema",
    "json_schema",
    "load_schema",
]
