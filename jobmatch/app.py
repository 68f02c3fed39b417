"""Assembly of the web application."""

from __future__ import annotations

from datetime import timedelta

from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

import jobmatch.tables  # noqa: F401 - the metadata must be complete before the first query
from jobmatch.accounts import login
from jobmatch.accounts.roles import NETTED, PERMISSIONS
from jobmatch.core.errors import SetupError
from jobmatch.core.queue import Queue
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import after_commit
from jobmatch.home import reader
from jobmatch.rooms import ROOMS, job_functions, timed_work
from jobmatch.web import answers, context, gallery, installing
from jobmatch.web.access import Access
from jobmatch.web.edge import Edge


def create_app(runtime: Runtime) -> Edge:
    """The application over ``runtime``. Raises ``SetupError`` where a view carries no valid access mark."""
    settings = runtime.settings
    app = Edge("jobmatch", template_folder="web/templates", static_folder=None)
    app.runtime = runtime
    app.netted = NETTED
    app.config.update(
        SECRET_KEY=runtime.keys.cookie,
        SESSION_COOKIE_NAME="__Host-session" if settings.secure_cookies else "session",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=30),
        MAX_CONTENT_LENGTH=256 * 1024,
        MAX_FORM_MEMORY_SIZE=128 * 1024,
        MAX_FORM_PARTS=400,
        TRUSTED_HOSTS=settings.hosts,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=settings.secure_cookies,
    )
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    answers.install(app, secure=settings.secure_cookies)
    csrf = CSRFProtect(app)
    login.install(app)
    app.register_blueprint(installing.blueprint)
    if settings.is_demo:
        app.register_blueprint(gallery.blueprint)
    for room in ROOMS:
        for blueprint in room.blueprints:
            app.register_blueprint(blueprint)
    context.install(app, settings, tuple(item for room in ROOMS for item in room.menu))
    reader.install(app)
    after_commit(Queue(runtime, job_functions(), timed_work()).announce)
    refuse_unmarked(app)
    for view in app.view_functions.values():
        mark: Access = view.access  # type: ignore[union-attr]
        if mark.machine:
            csrf.exempt(view)
    return app


def refuse_unmarked(app: Edge) -> None:
    """Raise ``SetupError`` for a view without an access mark or with an unknown permission."""
    for rule in app.url_map.iter_rules():
        mark = getattr(app.view_functions[rule.endpoint], "access", None)
        if not isinstance(mark, Access) or mark.permission not in PERMISSIONS:
            raise SetupError(f"{rule.endpoint} ({rule.rule}) carries no valid access mark")
