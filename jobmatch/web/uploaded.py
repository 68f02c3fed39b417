"""A file that came with a form, through the gate; outside any unit."""

from __future__ import annotations

from collections.abc import Collection

from flask import request

from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uploads import MOST_BYTES, Kind, Upload, take_upload

BODY = MOST_BYTES + 64 * 1024
"""Bytes of a request with one file: the form around it has some fields of its own."""


def uploaded(field: str, allowed: Collection[Kind]) -> Upload:
    """The file sent as ``field``. Raises ``Invalid`` on the field where there is none or the gate refuses it."""
    file = request.files.get(field)
    if file is None or not file.filename:
        raise Invalid(fields={field: _("请选一个文件")})
    try:
        return take_upload(file.filename, file.read(MOST_BYTES + 1), allowed)
    except Invalid as error:
        raise Invalid(fields={field: error.message}) from None
