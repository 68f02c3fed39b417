"""Service requests: asked on the phone or taken at the window, moved along one table, finished with words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select

from jobmatch.accounts.models import Organization, User
from jobmatch.accounts.queries import responsible_station
from jobmatch.casework.desk import notices
from jobmatch.casework.desk.clock import start_clock, stop_clock
from jobmatch.casework.desk.items import is_for, item_name, service_item
from jobmatch.casework.desk.models import ServiceItem, ServiceRequest
from jobmatch.casework.desk.policies import can_ask_service, can_own_request, can_take_request, can_work_request
from jobmatch.casework.desk.services.ratings import record_rating_question
from jobmatch.casework.desk.services.steps import add_step, retask
from jobmatch.casework.desk.states import (
    ENDED,
    REQUEST_FLOW,
    RUNNING,
    STAFF_ACTIONS,
    ProxyConsent,
    RequestAction,
    RequestState,
    RequestWay,
)
from jobmatch.core.errors import Conflict, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.i18n import use_locale
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.services import send
from jobmatch.inbox.states import MessageGroup
from jobmatch.people.models import consents as people_consents
from jobmatch.people.models.person import Person
from jobmatch.people.queries.people import current_kinds, get_person
from jobmatch.people.queries.proxies import live_consent
from jobmatch.people.services.common import Findings, clean_line, clean_person_name, clean_text, keep_secrets_out
from jobmatch.people.states import ProxyScope, ProxyWay
from jobmatch.reference.checks import check_phone
from jobmatch.reference.queries import rule_value

MOST_TEXT = 500
MOST_RECEIVER = 30
HOUSE_NUMBER = re.compile(r"\d\s{0,8}(?:[号室栋幢]|单元|弄)")


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a request came to the window: by whom it was asked for, and where a visit took place (village level)."""

    way: RequestWay = RequestWay.WINDOW
    name: str = ""
    phone: str = ""
    proxy_name: str = ""
    consent: ProxyConsent | None = None
    door_on: date | None = None
    door_place: str = ""
    door_by: str = ""


def ask_service(uow: UnitOfWork, person: Person, *, item_code: str, note: str = "") -> ServiceRequest:
    """The person asks on the own phone; the station answers within the days to accept.

    Raises ``NotFound`` for an unknown item, ``Invalid`` where it is not for this person, ``Conflict`` where the same
    matter is open already.
    """
    require(can_ask_service(uow.actor, person))
    item = service_item(uow.session, item_code)
    found = Findings()
    full = get_person(uow.session, person.id)
    kinds = [kind.kind_code for kind in current_kinds(full, uow.today)]
    found.check(item.is_active and is_for(item, kinds), "note", _("这件事不适用于您的人员类别，有疑问请打服务站电话"))
    note = _text(found, "note", note, item)
    found.stop()
    if open_request(uow, person.id, item_code) is not None:
        raise Conflict(_("这件事已经在办，请在“办事”里看进度"))
    request = _new(uow, item, person, RequestWay.PHONE, note)
    days = rule_value(uow.session, "desk_accept_days", uow.today)
    start_clock(uow.session, request, uow.today, days)
    add_step(uow, request, RequestAction.ASK)
    retask(uow, request, item)
    uow.audit("desk.ask", request)
    return request


def open_request(uow: UnitOfWork, person_id: int, item_code: str) -> ServiceRequest | None:
    """The person's request for an item that is still being worked on."""
    return uow.session.scalars(
        select(ServiceRequest)
        .where(
            ServiceRequest.person_id == person_id,
            ServiceRequest.item_code == item_code,
            ServiceRequest.state.not_in(ENDED),
        )
        .limit(1)
    ).one_or_none()


def take_request(
    uow: UnitOfWork,
    *,
    item_code: str,
    person: Person | None = None,
    arrival: Arrival,
    note: str = "",
    result: str = "",
) -> ServiceRequest:
    """Staff take a request at the window, by proxy or at the door; it is accepted at once.

    Somebody without a file gives a name and a phone only. With a ``result`` it is finished on the spot. A clerk who
    asks in the person's place (a proxy without another's name) needs their consent to it (``ProxyScope.DESK``).
    Raises ``NotFound`` and ``Invalid``.
    """
    require(can_take_request(uow.actor, person))
    item = service_item(uow.session, item_code)
    found = Findings()
    found.check(item.is_active, "item_code", _("请从列表里选一项"))
    agreed = None
    if person is not None and arrival.way is RequestWay.PROXY and _is_actor(uow, arrival.proxy_name):
        agreed = live_consent(uow.session, person.id, uow.actor.user_id or 0, ProxyScope.DESK, uow.today)
        arrival = _as_agreed(uow, found, arrival, agreed)
    arrival = _checked(uow, found, arrival, needs_name=person is None)
    note = _text(found, "note", note, item)
    found.stop()
    request = _new(uow, item, person, arrival.way, note)
    _arrive(uow, request, arrival, person)
    request.state, request.accepted_at, request.handler_id = RequestState.ACCEPTED, uow.now, uow.actor.user_id
    start_clock(uow.session, request, uow.today, request.limit_days)
    add_step(uow, request, RequestAction.ACCEPT)
    retask(uow, request, item)
    uow.audit("desk.take", request, way=arrival.way.value)
    if agreed is not None:
        uow.audit("desk.take_for", person, request=request.public_id, on_behalf=agreed.public_id)
    if clean_text(result):
        move_request(uow, request, RequestAction.FINISH, note=result)
    return request


def _is_actor(uow: UnitOfWork, name: str) -> bool:
    """Whether the one who asks in the person's place is the clerk who takes the request."""
    return clean_person_name(name) in {"", clean_person_name(uow.actor.label)}


_AGREED = {
    ProxyWay.PAPER: ProxyConsent.PAPER,
    ProxyWay.VOICE: ProxyConsent.VOICE,
    ProxyWay.SCREEN: ProxyConsent.PRESENT,
}


def _as_agreed(
    uow: UnitOfWork, found: Findings, arrival: Arrival, agreed: people_consents.ProxyConsent | None
) -> Arrival:
    """The arrival with what the person agreed to with the acting clerk, and a finding where they did not."""
    if agreed is None:
        found.add("proxy_name", _("本人还没有同意您代办事项，请先在“代办”里记下；别人来代办的，写他的姓名"))
    consent = _AGREED[agreed.way] if agreed is not None else ProxyConsent.PRESENT
    return replace(arrival, proxy_name=uow.actor.label, consent=consent)


def _checked(uow: UnitOfWork, found: Findings, arrival: Arrival, *, needs_name: bool) -> Arrival:
    """The arrival as it may be stored, with findings on the form's fields."""
    way = arrival.way
    name, proxy = clean_person_name(arrival.name), clean_person_name(arrival.proxy_name)
    place, by = clean_line(arrival.door_place), clean_person_name(arrival.door_by)
    if needs_name:
        found.check(1 <= len(name) <= 60, "name", _("请填写来办事的人的姓名"))
        try:
            check_phone(arrival.phone)
        except ValueError as error:
            found.add("phone", str(error))
    if way is RequestWay.PHONE:
        found.add("way", _("手机申请由本人自己提出，请选别的方式"))
    if way is RequestWay.PROXY:
        found.check(1 <= len(proxy) <= 60, "proxy_name", _("请填写代办人的姓名"))
        found.check(arrival.consent is not None, "consent", _("请选本人是怎么同意的"))
    if way is RequestWay.DOOR:
        _check_door(uow, found, arrival.door_on, place, by)
    is_proxy, is_door = way is RequestWay.PROXY, way is RequestWay.DOOR
    return Arrival(
        way,
        name if needs_name else "",
        arrival.phone if needs_name else "",
        proxy if is_proxy else "",
        arrival.consent if is_proxy else None,
        arrival.door_on if is_door else None,
        place if is_door else "",
        by if is_door else "",
    )


def _check_door(uow: UnitOfWork, found: Findings, on: date | None, place: str, by: str) -> None:
    found.check(on is not None and date(2000, 1, 1) <= on <= uow.today, "door_on", _("请填写上门的日期，不能晚于今天"))
    found.check(1 <= len(place) <= 60, "door_place", _("请填写上门的村（社区）"))
    found.check(not HOUSE_NUMBER.search(place), "door_place", _("只写到村（社区），不写门牌号"))
    found.check(1 <= len(by) <= 60, "door_by", _("请填写上门人员的姓名"))


def _new(uow: UnitOfWork, item: ServiceItem, person: Person | None, way: RequestWay, note: str) -> ServiceRequest:
    path = person.region_path if person else uow.actor.region_path
    station = _station(uow, item, person, path)
    return ServiceRequest(
        person_id=person.id if person else None,
        item_code=item.code,
        way=way,
        state=RequestState.ASKED,
        note=note,
        region_path=path,
        station_id=station.id if station else None,
        station_path=station.region_path if station else path,
        asked_at=uow.now,
        limit_days=item.limit_days,
        used_days=0,
        clock_from=uow.today,
        created_by_id=uow.actor.user_id,
    )


def _station(uow: UnitOfWork, item: ServiceItem, person: Person | None, path: str) -> Organization | None:
    """The person's station, the county's center where the item needs it, the actor's own for who walks in."""
    if item.needs_center:
        return responsible_station(uow.session, "/" + "/".join(path.strip("/").split("/")[:3]) + "/")
    if person is not None and person.station_id:
        return uow.session.get(Organization, person.station_id)
    if person is None and uow.actor.organization_id:
        return uow.session.get(Organization, uow.actor.organization_id)
    return responsible_station(uow.session, path)


def _arrive(uow: UnitOfWork, request: ServiceRequest, arrival: Arrival, person: Person | None) -> None:
    if person is None:
        request.walk_in_name, request.phone = arrival.name, arrival.phone
    request.proxy_name, request.consent = arrival.proxy_name, arrival.consent
    request.door_on, request.door_place, request.door_by = arrival.door_on, arrival.door_place, arrival.door_by


def _text(found: Findings, field: str, text: str, item: ServiceItem) -> str:
    """The words that may be kept: none of a matter that is only passed on, nothing secret, not too long."""
    text = clean_text(text)
    if item.is_record_only and text:
        found.add(field, _("这类事只记日期和接收部门，请不要写内容"))
    found.check(len(text) <= MOST_TEXT, field, _("不超过 %(n)s 个字", n=MOST_TEXT))
    return keep_secrets_out(found, {field: text}, accept_masked=False)[field]


def require_request_version(request: ServiceRequest, version: int | None) -> None:
    """Raise ``Conflict`` where a form was made from an older state; None is not a form."""
    if version is not None and version != request.version:
        raise Conflict


def move_request(
    uow: UnitOfWork, request: ServiceRequest, action: RequestAction, *, note: str = "", version: int | None = None
) -> ServiceRequest:
    """Staff move a request along ``REQUEST_FLOW``; the same step twice changes nothing.

    ``note`` is needed to ask for papers, to finish (the result) and to refuse (the reason). Raises ``Invalid`` without
    it and ``Conflict`` where the request is not in a state for this.
    """
    require(can_work_request(uow.actor, request) and action in STAFF_ACTIONS)
    item = service_item(uow.session, request.item_code)
    found = Findings()
    note = _words(found, note, item, action)
    found.stop()
    return _move(uow, request, item, action, note, version)


def _words(found: Findings, note: str, item: ServiceItem, action: RequestAction) -> str:
    wanted = {
        RequestAction.MORE: _("请写明还差什么材料"),
        RequestAction.FINISH: _("请写明转给了哪个部门") if item.is_record_only else _("请写明办理结果"),
        RequestAction.REFUSE: _("请写明原因"),
    }
    text = clean_text(note)
    if action in wanted:
        found.check(bool(text), "note", wanted[action])
    if item.is_record_only:
        # The receiver is a word or two; whatever is longer would tell the matter.
        kept = text if action is RequestAction.FINISH else ""
        found.check(len(kept) <= MOST_RECEIVER, "note", _("只写接收部门，不超过 %(n)s 个字", n=MOST_RECEIVER))
        return kept
    return _text(found, "note", text, item)


def _move(
    uow: UnitOfWork,
    request: ServiceRequest,
    item: ServiceItem,
    action: RequestAction,
    note: str,
    version: int | None,
) -> ServiceRequest:
    before = request.state
    after = REQUEST_FLOW.get((before, action))
    if after is None and (request.state in ENDED or action is RequestAction.ACCEPT) and _is_done(request, action):
        return request
    require_request_version(request, version)
    if after is None:
        raise Conflict
    if before in RUNNING and before is not RequestState.ASKED and after not in RUNNING:
        stop_clock(uow.session, request, uow.today)
    request.state = after
    if action is RequestAction.ACCEPT:
        request.accepted_at, request.handler_id = uow.now, request.handler_id or uow.actor.user_id
    if action in {RequestAction.ACCEPT, RequestAction.SUPPLY}:
        start_clock(uow.session, request, uow.today, request.limit_days)
    if after in ENDED:
        request.finished_at = uow.now
        request.result = note
    add_step(uow, request, action, note)
    retask(uow, request, item)
    _tell(uow, request, item, action, note)
    uow.audit("desk.move", request, step=action.value)
    return request


_RESULT = {
    RequestAction.ACCEPT: RequestState.ACCEPTED,
    RequestAction.FINISH: RequestState.DONE,
    RequestAction.REFUSE: RequestState.REFUSED,
    RequestAction.WITHDRAW: RequestState.WITHDRAWN,
}


def _is_done(request: ServiceRequest, action: RequestAction) -> bool:
    """Whether a second press asks for what is so already."""
    return _RESULT.get(action) is request.state


def withdraw_request(uow: UnitOfWork, request: ServiceRequest) -> ServiceRequest:
    """The person takes the request back. Raises ``Conflict`` where it was finished."""
    person = uow.session.get(Person, request.person_id) if request.person_id else None
    require(can_own_request(uow.actor, person))
    return _move(uow, request, service_item(uow.session, request.item_code), RequestAction.WITHDRAW, "", None)


def add_note(uow: UnitOfWork, request: ServiceRequest, *, note: str) -> ServiceRequest:
    """The person or staff add words; where papers were missing, the person's words set the clock going again."""
    person = uow.session.get(Person, request.person_id) if request.person_id else None
    require(can_own_request(uow.actor, person) or can_work_request(uow.actor, request))
    item = service_item(uow.session, request.item_code)
    found = Findings()
    text = _text(found, "note", note, item)
    found.check(bool(text), "note", _("请写要补充的内容"))
    found.stop()
    if request.state in ENDED:
        raise Conflict
    if request.state is RequestState.MORE and can_own_request(uow.actor, person):
        return _move(uow, request, item, RequestAction.SUPPLY, text, None)
    add_step(uow, request, RequestAction.NOTE, text)
    uow.audit("desk.note", request)
    return request


def save_door_visit(
    uow: UnitOfWork, request: ServiceRequest, *, on: date | None, place: str, by: str
) -> ServiceRequest:
    """A visit at somebody's door for a request that came in another way; the address ends at the village."""
    require(can_work_request(uow.actor, request))
    found = Findings()
    place, by = clean_line(place), clean_person_name(by)
    _check_door(uow, found, on, place, by)
    found.stop()
    request.door_on, request.door_place, request.door_by = on, place, by
    add_step(uow, request, RequestAction.DOOR)
    uow.audit("desk.door", request)
    return request


def hand_over(
    uow: UnitOfWork,
    request: ServiceRequest,
    *,
    station: Organization,
    handler: User | None = None,
    reason: str,
    version: int | None = None,
) -> ServiceRequest:
    """Give a request to another station or person, with the reason; the deadline stays.

    Raises ``Invalid`` without a reason, ``Conflict`` where it was finished or changed meanwhile.
    """
    require(can_work_request(uow.actor, request))
    item = service_item(uow.session, request.item_code)
    found = Findings()
    reason = clean_line(reason)
    found.check(bool(reason), "reason", _("请写明为什么转"))
    found.check(len(reason) <= 200, "reason", _("不超过 %(n)s 个字", n=200))
    reason = keep_secrets_out(found, {"reason": reason}, accept_masked=False)["reason"]
    same = station.id == request.station_id and (handler.id if handler else None) == request.handler_id
    found.check(not same, "station", _("已经在这里办了，请选别的站或别的人"))
    found.stop()
    require_request_version(request, version)
    if request.state in ENDED:
        raise Conflict
    request.station_id, request.station_path = station.id, station.region_path
    request.handler_id = handler.id if handler else None
    words = _("转给 %(station)s：%(reason)s", station=station.name, reason=reason)
    add_step(uow, request, RequestAction.HAND_OVER, "" if item.is_record_only else words)
    retask(uow, request, item)
    uow.audit("desk.hand_over", request, station=station.public_id)
    return request


def _tell(uow: UnitOfWork, request: ServiceRequest, item: ServiceItem, action: RequestAction, note: str) -> None:
    person = uow.session.get(Person, request.person_id) if request.person_id else None
    if person is None:
        return
    words: dict[RequestAction, Callable[[], tuple[str, str]]] = {
        RequestAction.ACCEPT: lambda: notices.accepted(item_name(item), request.due_on.isoformat()),
        RequestAction.MORE: lambda: notices.more_needed(item_name(item), note),
        RequestAction.FINISH: lambda: notices.finished(item_name(item), note),
        RequestAction.REFUSE: lambda: notices.refused(item_name(item), note),
    }
    user = uow.session.get(User, person.user_id) if person.user_id else None
    if user is not None and action in words:
        with use_locale(user.locale):
            title, body = words[action]()
        send(
            uow,
            user,
            group=MessageGroup.ACCOUNT,
            title=title,
            body=body,
            link=f"/me/services/{request.public_id}",
            once=f"desk:{request.public_id}:{action.value}:{request.task_count}",
        )
    if action in {RequestAction.FINISH, RequestAction.REFUSE}:
        record_rating_question(uow, about=f"desk:{request.public_id}", title=item.name_zh, person=person)
