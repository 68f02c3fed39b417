"""Errors as pages or problem documents, headers of every answer, and the small guards before a view runs."""

from __future__ import annotations

import gzip
import io
import logging
import re
import secrets
import time
from collections.abc import Iterator
from http import HTTPStatus

from flask import Flask, Response, g, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException, MethodNotAllowed, SecurityError

from jobmatch.core import i18n, logs, metrics
from jobmatch.core.errors import AppError, Invalid, NotFound, trace_of
from jobmatch.core.i18n import gettext as _
from jobmatch.web.edge import current_runtime, wants_json

log = logging.getLogger(__name__)
_PACKED = frozenset({"text/html", "application/json", "application/problem+json", "application/atom+xml"})
_LEAST, _LEVEL, _PADDING = 1_000, 5, 120
"""Bytes from which packing is worth it, how hard to try (0.5 ms for 60 kB), and the longest padding."""
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)


def _explain(status: int) -> str:
    """Words for an error that the error page has none for."""
    return {
        400: _("这次提交没有带上安全口令，请返回刷新页面后再试"),
        405: _("这个地址不接受这种操作，请返回再试"),
        415: _("这种文件暂时读不了，请换一种格式"),
    }.get(status, "")


def error_response(
    status: int, message: str, *, code: str = "", fields: dict[str, str] | None = None, wait: int | None = None
) -> Response:
    """The same error for people (a page) and machines (``application/problem+json``)."""
    g.is_error = True
    if wants_json():
        body = {
            "type": "about:blank",
            "status": status,
            "title": message or HTTPStatus(status).phrase,
            "code": code or str(status),
        }
        if fields:
            body["errors"] = fields
        body["request_id"] = g.get("request_id", "")
        answer = jsonify(body)
        answer.mimetype = "application/problem+json"
    else:
        page = render_template(
            "error.html", code=status, message=message, wait=wait, request_id=g.get("request_id", "")
        )
        answer = Response(page, mimetype="text/html")
    answer.status_code = status
    return answer


def _refuse_nul() -> None:
    """No text that anybody types holds a NUL, and PostgreSQL stores none."""
    if "\x00" in request.path:
        raise NotFound
    if any("\x00" in text for pairs in (request.args, request.form) for text in _texts(pairs)):
        raise Invalid


def _texts(pairs: MultiDict[str, str]) -> Iterator[str]:
    for name, value in pairs.items(multi=True):
        yield name
        yield value


def install(app: Flask, *, secure: bool) -> None:
    """Register guards, error handlers and headers on ``app``."""

    @app.before_request
    def _open_request() -> None:
        g.request_id = _request_id()
        logs.request_id.set(g.request_id)
        g.begun = time.perf_counter()
        chosen = request.cookies.get("locale", "")
        g.locale_context = i18n.use_locale(chosen if chosen in i18n.LOCALES else "zh")
        g.locale_context.__enter__()
        request.max_form_parts = 100
        limit = request.max_content_length or 0
        if (request.content_length or 0) > limit:
            from werkzeug.exceptions import RequestEntityTooLarge

            raise RequestEntityTooLarge
        _refuse_nul()

    @app.teardown_request
    def _close_request(_error: BaseException | None) -> None:
        context = g.pop("locale_context", None)
        if context is not None:
            context.__exit__(None, None, None)

    @app.after_request
    def _headers(answer: Response) -> Response:
        _note(answer)
        return pack(add_headers(answer, secure=secure))

    _install_errors(app)


def _install_errors(app: Flask) -> None:
    """What goes wrong becomes a page for people and a problem document for machines."""

    @app.errorhandler(AppError)
    def _expected(error: AppError) -> Response:
        metrics.REFUSED.labels(error.code).inc()
        fields, wait = getattr(error, "fields", None), getattr(error, "retry_after", None)
        answer = error_response(error.status, error.message, code=error.code, fields=fields, wait=wait)
        if wait:
            answer.headers["Retry-After"] = str(wait)
        return answer

    @app.errorhandler(CSRFError)
    def _csrf(_error: CSRFError) -> Response:
        return error_response(400, _explain(400), code="csrf")

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Response:
        status = error.code or 500
        if status < 400:
            return error.get_response()  # type: ignore[return-value]
        if isinstance(error, SecurityError):
            # Another host name than ours: there are no addresses of this site to put on a page.
            return Response("Bad Request\n", status, mimetype="text/plain")
        answer = error_response(status, _explain(status))
        if isinstance(error, MethodNotAllowed):
            # RFC 9110, 15.5.6: the answer names what the address does accept.
            answer.headers["Allow"] = ", ".join(error.valid_methods or ())
        return answer

    @app.errorhandler(Exception)
    def _bug(error: Exception) -> Response:
        log.error("request %s on %s raised %s", g.get("request_id", ""), request.endpoint, trace_of(error))
        return error_response(500, "", code="bug")


def _request_id() -> str:
    """The id that a trusted proxy gave this request, else one of our own."""
    given = request.headers.get("X-Request-Id", "")
    is_trusted = bool(current_runtime().settings.proxy_hops)
    return given if is_trusted and re.fullmatch(r"[A-Za-z0-9-]{8,64}", given) else secrets.token_hex(6)


def _note(answer: Response) -> None:
    """Count the request and write its line: by the rule of the map, never by the address."""
    rule = request.url_rule.rule if request.url_rule is not None else "-"
    seconds = time.perf_counter() - g.get("begun", time.perf_counter())
    metrics.count_request(rule, request.method if request.method in _METHODS else "-", answer.status_code, seconds)
    if logs.access.isEnabledFor(logging.INFO):
        fields = {"method": request.method[:10], "rule": rule, "status": answer.status_code}
        actor = g.get("actor")
        if actor is not None and actor.public_id:
            fields["user"] = actor.public_id
        logs.access.info("request", extra={"fields": fields | {"ms": round(seconds * 1000, 1)}})


def pack(answer: Response) -> Response:
    """Compress a page or a machine's answer for whoever can read that: on a village's network it is what one waits for.

    The name inside of the gzip frame has a random length, so that the length of a page says less of what it repeats of
    a request beside its secrets (BREACH; https://ieeexplore.ieee.org/document/9754554). Tokens differ each second too.
    """
    is_text = answer.mimetype in _PACKED
    if not is_text or answer.is_streamed or answer.direct_passthrough or "Content-Encoding" in answer.headers:
        return answer
    answer.vary.add("Accept-Encoding")
    body = answer.get_data()
    if len(body) < _LEAST or "gzip" not in request.headers.get("Accept-Encoding", ""):
        return answer
    packed = io.BytesIO()
    name = "p" * secrets.randbelow(_PADDING)
    with gzip.GzipFile(name, "wb", compresslevel=_LEVEL, fileobj=packed, mtime=0) as file:
        file.write(body)
    etag, _is_weak = answer.get_etag()
    if etag is not None:
        answer.set_etag(etag, weak=True)
    answer.set_data(packed.getvalue())
    answer.headers["Content-Encoding"] = "gzip"
    return answer


def add_headers(answer: Response, *, secure: bool) -> Response:
    """The headers of every answer; ``secure`` is whether the site is served over https."""
    answer.headers.setdefault("Content-Security-Policy", CSP)
    answer.headers.setdefault("X-Content-Type-Options", "nosniff")
    answer.headers.setdefault("Referrer-Policy", "same-origin")
    answer.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    answer.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    answer.headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(self), microphone=()")
    answer.headers["X-Request-Id"] = g.get("request_id", "")
    answer.headers.setdefault("Cache-Control", "no-store")
    if request.endpoint != "web.static":
        answer.vary.update(["HX-Request", "Cookie"])
    if secure:
        answer.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    return answer
