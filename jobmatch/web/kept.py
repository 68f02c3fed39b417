"""Values that are worked out once for many readers and kept for a while by each process."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from flask import current_app, has_app_context

from jobmatch.core.i18n import current_locale

T = TypeVar("T")
MOST = 2000


def kept(key: Hashable, seconds: float, make: Callable[[], T]) -> T:
    """The value of ``key``, at most ``seconds`` old, in the reader's language; made anew by ``make``.

    It is shown to whoever asks with this key, so the key says all that the value depends on, rights among it, and the
    value holds no rows of the database.
    """
    if not has_app_context():
        return make()
    store: dict[Hashable, tuple[float, Any]] = current_app.extensions.setdefault("home_kept", {})
    whole, now = (key, current_locale()), time.monotonic()
    found = store.get(whole)
    if found is None or now - found[0] >= seconds:
        if len(store) >= MOST:
            store.clear()
        found = store[whole] = (now, make())
    value: T = found[1]
    return value
