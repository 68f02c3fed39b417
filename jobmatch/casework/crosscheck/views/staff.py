"""The office's questions about work, and its lists to other departments."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from flask import Response, flash, g, make_response, redirect, request, url_for

from jobmatch.casework.crosscheck import queries
from jobmatch.casework.crosscheck.forms import AnswerForm, DecideForm, HeardForm, ListForm, PlainForm
from jobmatch.casework.crosscheck.models import CrossCheck, EmploymentCheck
from jobmatch.casework.crosscheck.services import answers, checks, lists, tables
from jobmatch.casework.crosscheck.states import CheckAnswer, LineState, Population, Topic, Verdict
from jobmatch.casework.crosscheck.views.blueprint import LARGEST, blueprint
from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import XLSX
from jobmatch.people.queries.people import phones_of
from jobmatch.people.states import ConfirmationWay, EvidenceKind
from jobmatch.reference.models import EmploymentStatusKind
from jobmatch.reference.queries import names
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow, page_unit
from jobmatch.web.pages import page, paged

# ---------- questions ----------


@blueprint.get("/staff/employment-checks")
@access("case.work")
def staff_checks() -> Response:
    uow = current_uow()
    found = paged(uow, queries.open_checks(uow.actor))
    phones = phones_of(uow.session, [person for _check, _spell, person in found.rows])
    return page("crosscheck/staff_checks.html", found=found, phones=phones)


@blueprint.route("/staff/employment-checks/<public_id>", methods=["GET", "POST"])
@access("case.work")
def staff_check(public_id: str) -> Any:
    """What staff heard about one line."""
    uow = current_uow()
    check, spell, person = uow.one(queries.checks(uow.actor).where(EmploymentCheck.public_id == public_id))
    form = HeardForm.submitted()
    done = form.act(
        lambda: checks.answer_check(
            uow,
            check,
            spell,
            person,
            answer=CheckAnswer(form.answer.data),
            evidence=EvidenceKind(form.evidence.data),
            way=ConfirmationWay(form.way.data),
            said_by=form.said_by.data or "",
        )
    )
    if done is None:
        phone = phones_of(uow.session, [person])[person.id]
        return page("crosscheck/staff_check.html", form=form, check=check, spell=spell, person=person, phone=phone)
    if done.answer is CheckAnswer.STAYED:
        flash(_("已核实"), "success")
        return redirect(url_for("crosscheck.staff_checks"), 303)
    flash(_("已记下。请登记现在的情况"), "success")
    return redirect(url_for("people.staff_register", public_id=person.public_id), 303)


# ---------- lists ----------


@blueprint.get("/staff/crosschecks")
@access("crosscheck.run")
def staff_lists() -> Response:
    uow = current_uow()
    found = paged(uow, queries.all_lists(uow.actor))
    return page("crosscheck/staff_lists.html", found=found, rows=queries.list_rows(uow, found.rows))


@blueprint.route("/staff/crosschecks/new", methods=["GET", "POST"])
@access("crosscheck.run")
def new_list() -> Any:
    uow = current_uow()
    form = ListForm.submitted(data={"letter_on": uow.today})
    done = form.act(
        lambda: lists.start_crosscheck(
            uow,
            topic=Topic(form.topic.data),
            population=Population(form.population.data),
            purpose=form.purpose.data or "",
            department=form.department.data or "",
            letter_number=form.letter_number.data or "",
            letter_on=form.letter_on.data,
        )
    )
    if done is None:
        return page("crosscheck/new_list.html", form=form)
    flash(_("名单已生成，请下载加密文件，口令另打电话告知"), "success")
    return redirect(url_for("crosscheck.one_list", public_id=done.public_id), 303)


@blueprint.get("/staff/crosschecks/<public_id>")
@access("crosscheck.run")
def one_list(public_id: str) -> Response:
    """One list: its letters, its file, what came back, and what waits for a decision."""
    uow = current_uow()
    return _list_page(queries.get_crosscheck(uow, public_id))


def _list_page(crosscheck: CrossCheck, form: Any = None) -> Response:
    uow = current_uow()
    state = request.args.get("state", LineState.WAITING.value)
    verdict = request.args.get("verdict", "")
    counts = queries.counts_of(uow.session, [crosscheck.id]).get(crosscheck.id, {})
    agreeing = counts.get((LineState.WAITING, Verdict.AGREES), 0)
    return page(
        "crosscheck/one_list.html",
        form=form,
        crosscheck=crosscheck,
        found=paged(uow, queries.lines_of(uow.actor, crosscheck, state=state, verdict=verdict)),
        counts=counts,
        totals={one: sum(n for (found, _v), n in counts.items() if found is one) for one in LineState},
        people=sum(counts.values()),
        agreeing=agreeing,
        state=state,
        states=LineState,
        statuses=names(uow.session, EmploymentStatusKind),
        answer_form=form if isinstance(form, AnswerForm) else AnswerForm(),
        plain_form=form if isinstance(form, PlainForm) else PlainForm(),
    )


def _download(content: bytes, name: str, mimetype: str) -> Response:
    answer = make_response(content)
    answer.headers["Content-Type"] = mimetype
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _again(public_id: str, form: Any) -> Response:
    """The page of a list after a slow form found something wrong, in a reading unit of its own."""
    with page_unit() as uow:
        return _list_page(queries.get_crosscheck(uow, public_id), form)


@blueprint.post("/staff/crosschecks/<public_id>/file")
@access("crosscheck.run", slow=True)
def sealed_list(public_id: str) -> Any:
    """The list under its password; the trace is written before it goes out."""
    with current_runtime().unit(g.actor) as uow:
        crosscheck = queries.get_crosscheck(uow, public_id)
        lists.record_export(uow, crosscheck)
        content = lists.sealed_file(uow, crosscheck, lists.rows_of(uow, crosscheck))
    return _download(content, f"list-{public_id}.zip", "application/zip")


@blueprint.post("/staff/crosschecks/<public_id>/plain")
@access("crosscheck.run", slow=True)
def plain_list(public_id: str) -> Any:
    """The list as it is, after the typed words and a reason."""
    form = PlainForm.submitted()

    def act() -> bytes:
        with current_runtime().unit(g.actor) as uow:
            crosscheck = queries.get_crosscheck(uow, public_id)
            lists.record_export(uow, crosscheck, reason=form.reason.data or "", typed=form.typed.data or "")
            return lists.workbook(crosscheck, lists.rows_of(uow, crosscheck))

    content = form.act(act)
    return _again(public_id, form) if content is None else _download(content, f"list-{public_id}.xlsx", XLSX)


@blueprint.post("/staff/crosschecks/<public_id>/answer")
@access("crosscheck.run", slow=True, upload=LARGEST + 64 * 1024)
def answer(public_id: str) -> Any:
    """Read the table that came back, outside any unit, then match it in short ones."""
    form = AnswerForm.submitted()
    read = form.act(lambda: _read_answer(public_id, form))
    if read is None:
        return _again(public_id, form)
    flash(tables.summary(read), "success" if not read.faults else "info")
    for fault in read.faults[:20]:
        flash(
            _("第 %(row)s 行，%(column)s：%(reason)s", row=fault.row, column=fault.column, reason=fault.reason), "info"
        )
    return redirect(url_for("crosscheck.one_list", public_id=public_id), 303)


def _read_answer(public_id: str, form: Any) -> tables.Read:
    uploaded = request.files.get("table")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("table" + Path(uploaded.filename or "").suffix.lower() if uploaded else "table")
        if uploaded:
            uploaded.save(path)
            uploaded.close()
        tables.check_file(path, largest=LARGEST)
        with current_runtime().unit(g.actor, writing=False) as uow:
            topic, today = queries.get_crosscheck(uow, public_id).topic, uow.today
        read = tables.read_answer(topic, path, today)
    with current_runtime().unit(g.actor) as uow:
        crosscheck = queries.get_crosscheck(uow, public_id)
        number, day = form.answer_number.data or "", form.answered_on.data
        answers.record_answer(uow, crosscheck, number=number, answered_on=day)
    for begin in range(0, len(read.answers), answers.BATCH):
        with current_runtime().unit(g.actor) as uow:
            crosscheck = queries.get_crosscheck(uow, public_id)
            answers.take_answers(uow, crosscheck, read.answers[begin : begin + answers.BATCH], read.taken)
    return read


@blueprint.post("/staff/crosschecks/<public_id>/agreeing")
@access("crosscheck.run")
def accept_agreeing(public_id: str) -> Any:
    """Take everything on which department and register agree."""
    uow = current_uow()
    taken, left = answers.accept_agreeing(uow, queries.get_crosscheck(uow, public_id))
    flash(_("已采纳 %(n)s 条", n=taken), "success")
    if left:
        flash(_("有 %(n)s 条在比对以后台账变过，请重新上传回函再确认", n=left), "info")
    return redirect(url_for("crosscheck.one_list", public_id=public_id), 303)


@blueprint.route("/staff/crosschecks/<public_id>/lines/<person_id>", methods=["GET", "POST"])
@access("crosscheck.run")
def one_line(public_id: str, person_id: str) -> Any:
    """One proposal beside the register: take it, or refuse it with a reason."""
    uow = current_uow()
    crosscheck = queries.get_crosscheck(uow, public_id)
    line, person, spell = uow.one(queries.line_of(uow.actor, crosscheck, person_id))
    form = DecideForm.submitted()

    def act() -> Any:
        if form.decision.data == "accept":
            return answers.accept_line(uow, crosscheck, line)
        return answers.refuse_line(uow, crosscheck, line, note=form.note.data or "")

    if form.act(act) is None:
        return page(
            "crosscheck/one_line.html",
            form=form,
            crosscheck=crosscheck,
            line=line,
            person=person,
            spell=spell,
            statuses=names(uow.session, EmploymentStatusKind),
        )
    flash(_("%(name)s：%(state)s", name=person.name, state=line.state.label), "success")
    return redirect(url_for("crosscheck.one_list", public_id=public_id), 303)
