"""What the log says of requests that are refused: one line, for a traceback is of faults of ours."""

from __future__ import annotations

import logging

__all__ = ["TheirFaults"]


class TheirFaults(logging.Filter):
    """Takes the traceback from what is logged of an answer 4xx: a page refused, a host unknown, a form cut short."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let everything through."""
        if 400 <= getattr(record, "status_code", 0) < 500:
            record.exc_info = record.exc_text = None
        return True
