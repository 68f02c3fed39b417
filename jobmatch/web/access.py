"""Access marks: every view says which permission it needs; start-up refuses one that does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])
PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Access:
    """``permission`` of the role table (``public`` for everybody); ``slow`` views open their own units of work."""

    permission: str
    slow: bool = False


def access(permission: str, *, slow: bool = False) -> Callable[[F], F]:
    """Mark a view. ``slow`` is for sign-in, uploads, PDFs and exports, which must not work inside a transaction."""

    def mark(view: F) -> F:
        view.access = Access(permission, slow)  # type: ignore[attr-defined]
        return view

    return mark
