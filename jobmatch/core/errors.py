"""What can go wrong on purpose: each error carries its HTTP meaning and words that say what to do next.

Anything that is not an ``AppError`` is a bug and becomes a 500 with the request id.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping

from jobmatch.core.i18n import gettext as _


class AppError(Exception):
    """Base of all expected errors; ``message`` is safe to show and carries no personal data."""

    status = 500
    code = "error"

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message


class Invalid(AppError):
    """The input cannot be accepted (422).

    ``fields`` maps a form or JSON field name to the words shown beside it.
    """

    status = 422
    code = "invalid"

    def __init__(self, message: str = "", *, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message or _("有几处需要修改"))
        self.fields = dict(fields or {})


class NotAllowed(AppError):
    """The actor may not do this (403)."""

    status = 403
    code = "not_allowed"

    def __init__(self, message: str = "") -> None:
        super().__init__(message)


class NotFound(AppError):
    """The thing does not exist, or its existence is none of the actor's business (404)."""

    status = 404
    code = "not_found"

    def __init__(self, message: str = "") -> None:
        super().__init__(message)


class Conflict(AppError):
    """The thing has moved on since the actor looked at it (409)."""

    status = 409
    code = "conflict"

    def __init__(self, message: str = "") -> None:
        super().__init__(message or _("这条信息刚被别人改过，请刷新后再试"))


class Limited(AppError):
    """Too many tries (429); ``retry_after`` is in seconds."""

    status = 429
    code = "limited"

    def __init__(self, message: str = "", *, retry_after: int = 60) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(AppError):
    """Something the answer needs is busy or down (503); ``retry_after`` is in seconds."""

    status = 503
    code = "unavailable"

    def __init__(self, message: str = "", *, retry_after: int = 5) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class SetupError(Exception):
    """The installation cannot run as it is: shown as one line, and the process ends with a code other than 0."""


def require(allowed: bool) -> None:
    """Raise ``NotAllowed`` unless a policy said yes."""
    if not allowed:
        raise NotAllowed


def trace_of(error: BaseException) -> str:
    """The way to ``error``, for logs and job rows.

    What SQLAlchemy and PostgreSQL say quotes the values of the row, which may be anybody's words: of those errors only
    the kind and the names of table and constraint are kept.
    """
    parts: list[str] = []
    seen: BaseException | None = error
    while seen is not None:
        steps = "".join(traceback.format_tb(seen.__traceback__))
        parts.append(f"{steps}{type(seen).__name__}{_words_of(seen)}")
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return "\n".join(reversed(parts))


def _words_of(error: BaseException) -> str:
    if hasattr(error, "orig"):
        return ""
    if hasattr(error, "sqlstate"):
        names = (error.sqlstate, error.diag.table_name, error.diag.constraint_name)  # type: ignore[attr-defined]
        return f": {' '.join(name for name in names if name)}"
    return f": {error}"
