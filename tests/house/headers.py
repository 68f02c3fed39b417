"""What the headers of every answer must say; walks over pages ask it, whatever else they look for (R11, R20)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from werkzeug.test import TestResponse

from jobmatch.web.access import PUBLIC, Access
from jobmatch.web.answers import CSP

EXACT = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
TELLING = ("Server", "X-Powered-By", "Access-Control-Allow-Origin")
TRACE = re.compile(r"Traceback|sqlalchemy|werkzeug|File &#34;|\.py\b.*line \d", re.IGNORECASE)


def wrong_with(answer: TestResponse, mark: Access | None = None) -> Iterator[str]:
    """What is missing in the headers of one answer.

    What is public and the same for everybody (files of the house, feeds) may be kept and shown elsewhere; what a
    program reads with its token is asked for anew each time.
    """
    kept = answer.headers.get("Cache-Control", "")
    is_shared = mark is not None and mark.permission == PUBLIC and kept.startswith("public, max-age=")
    is_machine = mark is not None and mark.machine and kept == "private, no-cache"
    policy = answer.headers.get("Content-Security-Policy", "")
    if policy not in {CSP, "default-src 'none'; sandbox"}:
        yield f"policy {policy!r}"
    for name, value in EXACT.items():
        shown = answer.headers.get(name)
        if (name, shown) == ("Referrer-Policy", "no-referrer"):
            continue
        if shown != value and not (is_shared and (name, shown) == ("Cross-Origin-Resource-Policy", "cross-origin")):
            yield f"{name} {answer.headers.get(name)!r}"
    if "Permissions-Policy" not in answer.headers:
        yield "no Permissions-Policy"
    if "no-store" not in kept and not is_shared and not is_machine:
        yield f"kept by browsers: {kept!r}"
    if is_shared and "Set-Cookie" in answer.headers:
        yield "a cookie in what anybody may keep"
    for name in TELLING:
        if name in answer.headers:
            yield f"tells {name}"
    if answer.status_code >= 400 and TRACE.search(answer.get_data(as_text=True)):
        yield "shows its inside"
