"""Where expressions run, and the small language in which rules are written.

>>> from passavant.engines import open_duckdb
>>> engine = open_duckdb()
>>> import pyarrow
>>> engine.fetch(engine.arrow("numbers", pyarrow.table({"one": [1]}))).to_pylist()
[{'one': 1}]
"""

from passavant.engines.duck import Engine, open_duckdb
from passavant.engines.rule_language import Expression, compile_rule, parse_rule

__all__ = ["Engine", "Expression", "compile_rule", "open_duckdb", "parse_rule"]
