"""The site as an app on a phone: its name and pictures, and what is shown where there is no network."""

from __future__ import annotations

from flask import Response, jsonify, make_response, request

from jobmatch.core.i18n import gettext as _
from jobmatch.web.access import PUBLIC, access
from jobmatch.web.assets import FOLDER, blueprint, static_url
from jobmatch.web.edge import current_runtime
from jobmatch.web.pages import page

BRAND, GROUND = "#1d4636", "#f3f5f2"
"""``--brand`` and ``--bg`` of the style sheet: the frame of the app, and what is seen while it opens."""
ICONS = {"icon-192.png": "192x192", "icon-512.png": "512x512"}


@blueprint.get("/manifest.webmanifest")
@access(PUBLIC, slow=True)
def manifest() -> Response:
    """What a phone needs to put the site on its first screen."""
    answer = jsonify(
        id="/",
        name=current_runtime().settings.site_name,
        short_name=_("就业创业"),
        lang="zh-CN",
        start_url=f"{request.script_root}/",
        scope=f"{request.script_root}/",
        display="standalone",
        theme_color=BRAND,
        background_color=GROUND,
        icons=[
            {"src": static_url(name), "sizes": size, "type": "image/png", "purpose": purpose}
            for name, size in ICONS.items()
            for purpose in ("any", "maskable")
        ],
    )
    answer.mimetype = "application/manifest+json"
    return answer


@blueprint.get("/app-worker.js")
@access(PUBLIC, slow=True)
def app_worker() -> Response:
    """The script that stands between the pages and the network; its address decides which pages are below it."""
    answer = make_response((FOLDER / "app-worker.js").read_bytes())
    answer.mimetype = "text/javascript"
    return answer


@blueprint.get("/offline")
@access(PUBLIC)
def offline() -> Response:
    """What is shown without a network; it holds nothing of anybody, since it is kept on the device."""
    return page("offline.html")
