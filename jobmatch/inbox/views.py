"""Messages and preferences of the reader."""

from __future__ import annotations

from flask import Blueprint, Response, flash, make_response, redirect, request, url_for

from jobmatch.accounts.ports import has_gateway
from jobmatch.core.i18n import gettext as _
from jobmatch.core.mail import has_mail
from jobmatch.inbox.forms import PreferenceForm
from jobmatch.inbox.policies import visible_messages
from jobmatch.inbox.queries import message_named, switched_off, unread_count
from jobmatch.inbox.queries import messages as all_messages
from jobmatch.inbox.services import choose_groups, mark_all_read, mark_read
from jobmatch.inbox.states import Channel, MessageGroup
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import local_path, page, paged

blueprint = Blueprint("inbox", __name__, template_folder="templates")


def go(target: str) -> Response:
    """A redirect after a form."""
    return make_response(redirect(target, 303))


@blueprint.get("/messages")
@access("account.own")
def messages() -> Response:
    """The reader's messages, newest first, of one group or of all."""
    uow = current_uow()
    asked = request.args.get("group", "")
    group = next((member for member in MessageGroup if member.value == asked), None)
    rows = paged(uow, visible_messages(uow.actor, all_messages(group)))
    unread = unread_count(uow.session, uow.actor.user_id)
    tabs = [{"label": _("全部"), "url": url_for("inbox.messages"), "current": group is None}] + [
        {"label": g.label, "url": url_for("inbox.messages", group=g.value), "current": g is group} for g in MessageGroup
    ]
    return page("inbox/messages.html", paged=rows, tabs=tabs, unread=unread)


@blueprint.get("/messages/<public_id>")
@access("account.own")
def message(public_id: str) -> Response:
    """One message in full, with the way to what it speaks of."""
    uow = current_uow()
    return page("inbox/message.html", message=uow.one(visible_messages(uow.actor, message_named(public_id))))


@blueprint.post("/messages/<public_id>/open")
@access("account.own")
def open_message(public_id: str) -> Response:
    """Mark a message read and go where it leads."""
    uow = current_uow()
    found = mark_read(uow, uow.one(visible_messages(uow.actor, message_named(public_id))))
    return go(local_path(found.link) or url_for("inbox.message", public_id=public_id))


@blueprint.post("/messages/read")
@access("account.own")
def read_all() -> Response:
    mark_all_read(current_uow())
    return go(url_for("inbox.messages"))


@blueprint.route("/messages/preferences", methods=["GET", "POST"])
@access("account.own")
def preferences() -> Response:
    """What the reader wants to get; messages about the account always come."""
    uow = current_uow()
    off = switched_off(uow.session, uow.actor.user_id or 0)
    wanted = {c: [g.value for g in MessageGroup if (g, c) not in off] for c in Channel}
    form = PreferenceForm.submitted(data={channel.value: groups for channel, groups in wanted.items()})
    if form.act(lambda: _choose(form)):
        flash(_("保存好了"), "success")
        return go(url_for("inbox.preferences"))
    return page("inbox/preferences.html", form=form, channels=[channel.value for channel in _open_channels()])


def _open_channels() -> list[Channel]:
    """Ways by which anything can come here."""
    is_open = {Channel.IN_APP: True, Channel.SMS: has_gateway(), Channel.EMAIL: has_mail()}
    return [channel for channel in Channel if is_open[channel]]


def _choose(form: PreferenceForm) -> bool:
    uow = current_uow()
    for channel in _open_channels():
        values = form[channel.value].data or []
        choose_groups(uow, [g for g in MessageGroup if g.value in values], channel=channel)
    return True
