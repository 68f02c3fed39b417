"""Somebody without a phone: signed up at the station, with a ticket on paper, through the whole day of the fair."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pypdfium2

from jobmatch.fairs.day.models import CheckIn, Intention, QueueNumber
from jobmatch.fairs.day.standing import standing
from jobmatch.fairs.day.states import IntentionStanding
from jobmatch.fairs.exhibitors.models import FairPosting
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairState
from jobmatch.fairs.visitors.models import FairRegistration, PlannedVisit
from jobmatch.fairs.visitors.states import RegistrationState
from tests.fairs.day_help import SYSTEM, TOKEN, browser, stage
from tests.fairs.test_queue_pages import rows, tap


def text_of(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    text = "".join(page.get_textpage().get_text_bounded() for page in document)
    assert len(document) == 1
    document.close()
    return text


def test_a_day_at_the_fair_with_nothing_but_paper(app: Any) -> None:
    here = stage(app.runtime, FairState.PUBLISHED)
    staff, base = browser(app, here.users["staff"]), f"/staff/fairs/{here.fair}/registrations"
    sent = {"name": "测试无机", "id_tail": "123x", "kind": "veteran"}
    place = staff.post(base + "/new", data=sent).headers["Location"]
    assert f"{place}/ticket.pdf" in staff.get(place).get_data(as_text=True)
    with app.runtime.unit(SYSTEM) as uow:
        mine = uow.session.query(FairRegistration).filter_by(name="测试无机").one()
        mine_id, code = mine.id, mine.code
    assert "到场再定" in text_of(staff.get(f"{place}/ticket.pdf").data)
    with app.runtime.unit(SYSTEM) as uow:
        posting = uow.session.query(FairPosting).filter_by(public_id=here.posting).one()
        visit = {"exhibitor_id": here.exhibitor_id, "fair_posting_id": posting.id, "position": 1, "score": 0.5}
        uow.session.add(PlannedVisit(registration_id=mine_id, **visit))
        fair = uow.session.query(JobFair).filter_by(public_id=here.fair).one()
        fair.state, fair.opened_at, fair.opens_at = FairState.RUNNING, uow.now, uow.now - timedelta(hours=1)
    for query in ("", "?large=1"):
        text = text_of(staff.get(f"{place}/ticket.pdf{query}").data)
        assert f"{code[:4]} {code[4:]}" in text and "A01" in text and "测试无机" in text
    desk = f"/fairs/help/{here.fair}/desk"
    assert "签到成功" in staff.post(desk, data={"press": "scan", "name": "测试无机", "id_tail": "123X"}).get_data(
        as_text=True
    )
    counters = f"/staff/fairs/{here.fair}/counters"
    assert tap(staff, counters, "queue", ticket=code, booth="A01").status_code == 303
    booth = app.test_client()
    tap(booth, f"/fairs/booth/{TOKEN}", "next")
    tap(booth, f"/fairs/booth/{TOKEN}", "hire", ticket=code, posting=here.posting)
    intentions = f"/staff/fairs/{here.fair}/intentions"
    assert tap(staff, intentions, "yes", row=here.posting, ticket=code).status_code == 303
    assert standing(rows(app, Intention)[0]) is IntentionStanding.HIRED
    assert len(rows(app, QueueNumber)) == 1 and len(rows(app, CheckIn)) == 2


def test_only_who_has_a_seat_has_a_ticket(app: Any) -> None:
    here = stage(app.runtime)
    with app.runtime.unit(SYSTEM) as uow:
        row = uow.session.query(FairRegistration).filter_by(code=here.code).one()
        row.state, row.canceled_at = RegistrationState.CANCELED, uow.now
        place = f"/staff/fairs/{here.fair}/registrations/{row.public_id}/ticket.pdf"
    assert browser(app, here.users["staff"]).get(place).status_code == 404
    assert app.test_client().get(place).status_code in {302, 303, 401}
