"""What machines of partners call; errors are problem documents (RFC 9457)."""

from __future__ import annotations

import hashlib
import json
from functools import partial
from typing import Any, NoReturn

from flask import Blueprint, Response, jsonify, request

from jobmatch.accounts.services.throttles import reserve
from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import gettext as _
from jobmatch.core.replay import digest
from jobmatch.exchange import feeds
from jobmatch.web.access import PUBLIC, access
from jobmatch.web.answers import error_response
from jobmatch.web.edge import anonymous_actor, current_runtime

MOST_BYTES = 4 * 1024 * 1024
blueprint = Blueprint("exchange_api", __name__)


@blueprint.post("/api/postings")
@access(PUBLIC, slow=True, upload=MOST_BYTES, machine=True)
def receive() -> Response:
    """A list of postings from a partner's machine; it may be sent again, and then changes nothing."""
    text = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    partner = _admitted(text) if text.startswith(feeds.PREFIX) else None
    if partner is None:
        answer = error_response(
            401, _("没有这个密钥，或者已经停用。请在 Authorization 里写 Bearer 和密钥"), code="token"
        )
        answer.headers["WWW-Authenticate"] = "Bearer"
        return answer
    rows, is_full = feeds.checked_list(_body())
    opener = partial(current_runtime().unit, partner.actor)
    if key := request.headers.get("Idempotency-Key", "")[:64]:
        body = hashlib.sha256(request.get_data()).hexdigest()
        with opener(writing=True) as uow:
            told = feeds.first_answer(uow, partner, key, digest(request.path, [("body", body)]))
        if told is not None:
            return jsonify(told)
    return jsonify(feeds.receive_postings(opener, partner, rows, is_full=is_full, key=key))


def _admitted(text: str) -> feeds.Partner | None:
    """The holder of a token. A wrong one is counted against the address it comes from."""
    with current_runtime().unit(anonymous_actor()) as uow:
        partner = feeds.admit(uow, text)
        if partner is None:
            reserve(uow, f"partner:{text[:60]}")
        return partner


def _body() -> Any:
    if not request.is_json:
        raise Invalid(_("请用 application/json 发送"))
    try:
        return json.loads(request.get_data().decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Invalid(_("这不是 UTF-8 的 JSON")) from None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)
