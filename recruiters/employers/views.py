"""Pages of employers: signing up, the own profile, and the office's vetting."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, request, url_for
from sqlalchemy import select

from jobmatch.accounts import ports
from jobmatch.accounts.login import new_password_hash, require_code, send_code, sign_in_as, visitor
from jobmatch.accounts.states import CodePurpose, Role
from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import gettext as _
from jobmatch.reference.states import ReasonKind
from jobmatch.web.access import PUBLIC, access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.pages import page, paged
from recruiters.employers import choices, queries, services
from recruiters.employers.blueprint import blueprint
from recruiters.employers.forms import DecisionForm, ProfileForm, SignUpForm
from recruiters.employers.models import Employer
from recruiters.employers.policies import can_vet_employer, visible_office_employers, visible_own_employers
from recruiters.employers.states import VETTING_FLOW, kinds_for_code


@blueprint.route("/sign-up/employer", methods=["GET", "POST"])
@access(PUBLIC, slow=True)
def sign_up() -> Any:
    """Organization and account in one go; the code proves the phone. Each slow step has a unit of its own."""
    actor = visitor()
    if actor.is_signed_in:
        return redirect(url_for("employers.profile" if actor.can("employer.own") else "home.start"), 303)
    form = SignUpForm.submitted()
    with current_runtime().unit(actor, writing=False) as uow:
        form.region_code.choices = [("", _("请选择")), *choices.places(uow)]
        place = choices.chosen_place(uow, form.region_code.data, form.place.data)
    is_asking, shown = "send" in request.form, ""
    if is_asking and form.phone.validate(form):
        shown = send_code(form.phone.data, CodePurpose.SIGN_UP)
    elif not is_asking:
        user_id = form.act(lambda: _register(form, place))
        if user_id:
            flash(_("单位账号开好了。把单位资料填完，就可以提交审核"), "success")
            return redirect(sign_in_as(user_id, by_password=True, target=url_for("employers.profile")), 303)
    return page(
        "employers/sign_up.html",
        form=form,
        is_sent=is_asking and not form.has_errors,
        shown_code=shown,
        can_send=bool(shown) or ports.has_gateway(),
    )


def _register(form: SignUpForm, place: str) -> int:
    phone, code = form.phone.data or "", form.code.data or ""
    if not place:
        raise Invalid(fields={"region_code": _("请选单位所在的地区")})
    require_code(phone, code, CodePurpose.SIGN_UP)
    words = [form.name.data or "", form.organization_name.data or ""]
    stored = new_password_hash(form.password.data or "", phone=phone, role=Role.EMPLOYER_MEMBER, context=words)
    with current_runtime().unit(visitor()) as uow:
        return services.sign_up_employer(
            uow,
            name=form.name.data or "",
            phone=phone,
            code=code,
            password_hash=stored,
            organization_name=form.organization_name.data or "",
            credit_code=form.credit_code.data or "",
            region_code=place,
        )


def _own() -> Employer:
    uow = current_uow()
    found: Employer = uow.one(visible_own_employers(uow.actor, queries.employers()))
    return found


@blueprint.route("/employer/profile", methods=["GET", "POST"])
@access("employer.own")
def profile() -> Any:
    """The own data, what vetting still needs, and where vetting stands."""
    uow, employer = current_uow(), _own()
    given = {name: getattr(employer, name) for name in ProfileForm.FACTS}
    organization = employer.organization
    form = ProfileForm.submitted(
        data={**given, "region_code": organization.region_code, "address": organization.address}
    )
    form.kind.choices = [(kind.value, kind.label) for kind in kinds_for_code(organization.credit_code)]
    form.industry_code.choices = {"": [("", _("请选择"))], **choices.industries(uow)}
    form.region_code.choices = choices.places(uow, organization.region_code)
    place = choices.chosen_place(uow, form.region_code.data, form.place.data)
    if form.act(lambda: services.save_employer(uow, employer, **form.facts(place))):
        flash(_("单位资料已保存"), "success")
        return redirect(url_for("employers.profile"), 303)
    return _profile_page(employer, form)


def _profile_page(employer: Employer, form: ProfileForm) -> Response:
    uow = current_uow()
    return page(
        "employers/profile.html",
        form=form,
        employer=employer,
        missing=[_(queries.MISSING_LABELS[code]) for code in queries.missing_facts(employer)],
        can_submit=(employer.vetting, "submit") in VETTING_FLOW,
        reason=queries.reason_words(uow.session, employer.vetting_reason_code),
        is_overdue=employer.recheck_on is not None and employer.recheck_on < uow.today,
    )


@blueprint.post("/employer/profile/submit")
@access("employer.own")
def submit() -> Any:
    """Ask the office to vet; what is missing comes back as words on the profile."""
    uow, employer = current_uow(), _own()
    try:
        services.submit_vetting(uow, employer)
    except Invalid as error:
        flash(_("；").join(error.fields.values()), "error")
        return redirect(url_for("employers.profile"), 303)
    flash(_("已提交审核，一般 3 个工作日内有结果，会发站内消息"), "success")
    return redirect(url_for("employers.profile"), 303)


QUEUES = ("waiting", "recheck", "all")
QUEUE_SIZE, LIST_SIZE = 10, 20


@blueprint.get("/staff/employers")
@access("employer.vet")
def vetting_queue() -> Response:
    """Employers that wait, the oldest first; those due for the six-monthly check; and all of them."""
    uow = current_uow()
    chosen = request.args.get("queue", "")
    queue = chosen if chosen in QUEUES else "waiting"
    words = request.args.get("q", "").strip()[:60]
    waiting = queries.waiting_employers()
    overdue = queries.employers_to_recheck(uow.today)
    query = {"waiting": waiting, "recheck": overdue, "all": queries.employers_named(words)}[queue]
    found = paged(uow, visible_office_employers(uow.actor, query), size=LIST_SIZE if queue == "all" else QUEUE_SIZE)
    return page(
        "employers/vetting_queue.html",
        queue=queue,
        words=words,
        found=found,
        sheets=_sheets(found.rows),
        counts={
            "waiting": uow.one(visible_office_employers(uow.actor, queries.count_of(waiting))),
            "recheck": uow.one(visible_office_employers(uow.actor, queries.count_of(overdue))),
        },
    )


def _sheets(employers: list[Employer]) -> list[dict[str, Any]]:
    """What the office sees of each employer, with a form of its own to decide in place."""
    uow = current_uow()
    alike = queries.lookalikes(uow.session, employers)
    names = queries.industry_names(uow.session)
    return [
        {
            "employer": employer,
            "missing": [_(queries.MISSING_LABELS[code]) for code in queries.missing_facts(employer)],
            "alike": alike.get(employer.id, []),
            "industry": names.get(employer.industry_code or "", ""),
            "form": _decision_form(employer),
            "may_decide": can_vet_employer(uow.actor, employer),
        }
        for employer in employers
    ]


ACTIONS = ("approve", "ask_more", "refuse", "recheck", "suspend", "restore")


def _decision_form(employer: Employer, *, submitted: bool = False) -> DecisionForm:
    uow = current_uow()
    form = DecisionForm(request.form if submitted else None, prefix=f"{employer.public_id}-")
    words = {
        "approve": _("通过"),
        "ask_more": _("请单位补材料"),
        "refuse": _("不通过"),
        "recheck": _("复核通过，再有效 6 个月"),
        "suspend": _("暂停，岗位不再对外显示"),
        "restore": _("恢复"),
    }
    form.action.choices = [(a, words[a]) for a in ACTIONS if (employer.vetting, a) in VETTING_FLOW]
    form.reason_code.choices = {
        "": [("", _("请选择"))],
        _("要补的材料"): choices.reasons(uow, ReasonKind.EMPLOYER_MORE),
        _("不通过的原因"): choices.reasons(uow, ReasonKind.EMPLOYER_REFUSE),
    }
    return form


@blueprint.route("/staff/employers/<public_id>", methods=["GET", "POST"])
@access("employer.vet")
def vetting(public_id: str) -> Any:
    """One employer with the form to decide; the queue posts here too."""
    uow = current_uow()
    query = queries.load_full(select(Employer).where(Employer.public_id == public_id))
    employer: Employer = uow.one(visible_office_employers(uow.actor, query))
    form = _decision_form(employer, submitted=request.method == "POST")
    done = form.act(
        lambda: services.vet_employer(
            uow,
            employer,
            action=form.action.data or "",
            reason_code=form.reason_code.data,
            note=form.note.data or "",
        )
    )
    if done is not None:
        flash(_("%(name)s：%(state)s", name=employer.organization.name, state=employer.vetting.label), "success")
        return redirect(url_for("employers.vetting_queue"), 303)
    sheet = _sheets([employer])[0] | {"form": form}
    return page("employers/vetting.html", form=form, sheet=sheet)
