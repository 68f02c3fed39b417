"""Access marks: every view says which permission it needs; start-up refuses one that does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])
PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Access:
    """``permission`` of the role table (``public`` for everybody); ``slow`` views open their own units of work.

    ``upload`` is the largest body in bytes that a view takes beyond the usual limit; 0 for views that take no files.
    ``machine`` views are called by programs that show a token of their own: no form, no cookie, no form token.
    """

    permission: str
    slow: bool = False
    upload: int = 0
    machine: bool = False


def access(permission: str, *, slow: bool = False, upload: int = 0, machine: bool = False) -> Callable[[F], F]:
    """Mark a view. ``slow`` is for sign-in, uploads, PDFs and exports, which must not work inside a transaction."""

    def mark(view: F) -> F:
        view.access = Access(permission, slow, upload, machine)  # type: ignore[attr-defined]
        return view

    return mark
