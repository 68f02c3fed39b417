"""The API itself, read only: ``/api/v1/…`` for whoever shows a token, its document and a page to read it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for

from jobmatch.accounts.services.throttles import reserve
from jobmatch.core.actors import Actor
from jobmatch.core.errors import NotAllowed
from jobmatch.core.i18n import gettext as _
from jobmatch.exchange.machine.declarations import Resource, checked
from jobmatch.exchange.machine.openapi import BASE, document
from jobmatch.exchange.machine.reading import MOST_CALLS, PREFIX, admit, read_page
from jobmatch.exchange.machine.resources import RESOURCES
from jobmatch.web.access import PUBLIC, access
from jobmatch.web.answers import error_response
from jobmatch.web.edge import anonymous_actor, current_runtime
from jobmatch.web.feeds import cached_answer
from jobmatch.web.pages import page

blueprint = Blueprint("machine_api", __name__, url_prefix=BASE, template_folder="templates")


def _admitted() -> tuple[Actor, frozenset[str]] | None:
    """The holder of the token of this call. A wrong one is counted against the address it comes from."""
    kind, _space, text = request.headers.get("Authorization", "").partition(" ")
    text = text.strip()
    if kind.lower() != "bearer" or not text.startswith(PREFIX):
        return None
    with current_runtime().unit(anonymous_actor()) as uow:
        found = admit(uow, text)
        if found is None:
            reserve(uow, f"machine:{text[:60]}")
        return found


def _read(resource: Resource) -> Response:
    found = _admitted()
    if found is None:
        answer = error_response(
            401, _("没有这个密钥，或者已经停用、过期。请在 Authorization 里写 Bearer 和密钥"), code="token"
        )
        answer.headers["WWW-Authenticate"] = "Bearer"
        return answer
    actor, scopes = found
    if resource.name not in scopes:
        raise NotAllowed(_("这个密钥不能读“%(name)s”，请让单位重新发一个", name=_(resource.title)))
    given = checked(resource.params, dict(request.args.lists()))
    with current_runtime().unit(actor, writing=False) as uow:
        body = read_page(uow, resource, given)
    answer = jsonify(body)
    if body["next"]:
        kept = {name: value for name, value in request.args.items() if name != "after"}
        url = url_for(f"machine_api.{resource.name}", _external=True, **kept, after=body["next"])
        answer.headers["Link"] = f'<{url}>; rel="next"'
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.vary.add("Authorization")
    answer.add_etag()
    return answer.make_conditional(request)  # type: ignore[return-value]


def _view(resource: Resource) -> Any:
    @access(PUBLIC, slow=True, machine=True)
    def view() -> Response:
        return _read(resource)

    return view


for _resource in RESOURCES.values():
    blueprint.add_url_rule(f"/{_resource.name}", _resource.name, _view(_resource))


@blueprint.get("/openapi.json")
@access(PUBLIC, slow=True, machine=True)
def openapi() -> Response:
    """The document that programs read."""
    answer = jsonify(document(url_for("machine_api.openapi", _external=True).removesuffix(f"{BASE}/openapi.json")))
    return cached_answer(answer.get_data(), "application/json", seconds=600)


@blueprint.get("/docs")
@access(PUBLIC)
def docs() -> Response:
    """The same document for people."""
    return page(
        "machine/docs.html",
        document=document(""),
        resources=RESOURCES.values(),
        base=url_for("machine_api.openapi", _external=True).removesuffix("/openapi.json"),
        calls=MOST_CALLS,
    )
