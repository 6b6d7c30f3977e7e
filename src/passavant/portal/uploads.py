"""How much a form with files may send in all: no more than any other body, and refused before a byte of it is written down.

Django limits what stands in a form, not the files in it, and reads both to look for the form's token: before anybody is known.
"""

from __future__ import annotations

from typing import IO

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

__all__ = ["WithinLimit"]


class WithinLimit(FileUploadHandler):
    """Refuse a body that says it is larger than ``DATA_UPLOAD_MAX_MEMORY_SIZE``; leave the files to the handlers behind."""

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, str],  # noqa: N803 - Django's name
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Look at the length that the request states: the server reads no further than that."""
        if content_length > (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or content_length):
            raise RequestDataTooBig

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Hand on what came."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the others."""
