"""The rules as staff keep them: every version with its source."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, url_for

from jobmatch.casework.benefits.forms import BenefitForm, stored_conditions
from jobmatch.casework.benefits.models import Benefit
from jobmatch.casework.benefits.queries import last_day, versions
from jobmatch.casework.benefits.services import fingerprint, save_benefit
from jobmatch.casework.benefits.states import Audience
from jobmatch.casework.benefits.views.blueprint import blueprint
from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.reference.models import ResettlementMethod, ServiceObjectKind
from jobmatch.reference.queries import choices
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from jobmatch.web.pages import page


@blueprint.get("/staff/benefits")
@access("reference.edit")
def rules() -> Response:
    uow = current_uow()
    rows = versions(uow.session)
    return page("benefits/rules.html", rows=[(row, last_day(row, rows)) for row in rows], today=uow.today)


@blueprint.route("/staff/benefits/new", methods=["GET", "POST"])
@access("reference.edit")
def rule_new() -> Any:
    return _rule_page(None, [])


@blueprint.route("/staff/benefits/<code>", methods=["GET", "POST"])
@access("reference.edit")
def rule(code: str) -> Any:
    """The newest version in a form; another first day begins a new one."""
    history = [row for row in versions(current_uow().session) if row.code == code]
    if not history:
        raise NotFound
    return _rule_page(history[-1], history)


def _rule_page(benefit: Benefit | None, history: list[Benefit]) -> Any:
    uow = current_uow()
    data: dict[str, Any] = {"seen": fingerprint(benefit)}
    if benefit is None:
        form = BenefitForm.submitted(
            data={**data, "audience": Audience.PERSON.value, "is_active": True, "valid_from": uow.today}
        )
    else:
        shown = {**data, **stored_conditions(benefit.conditions), "audience": benefit.audience.value}
        form = BenefitForm.submitted(obj=_Shown(benefit, shown))
    form.kinds.choices = choices(uow.session, ServiceObjectKind)
    form.methods.choices = choices(uow.session, ResettlementMethod)
    code = benefit.code if benefit else None
    seen = form.seen.data if benefit else None
    done = form.act(lambda: save_benefit(uow, code=code, seen=seen, valid_from=form.valid_from.data, **form.values()))
    if done is None:
        rows = [(row, last_day(row, history)) for row in history]
        return page("benefits/rule.html", form=form, benefit=benefit, history=rows)
    flash(_("已保存：%(name)s", name=done.name_zh), "success")
    return redirect(url_for("benefits.rules"), 303)


class _Shown:
    """A version with its conditions beside its columns, as the form reads it."""

    def __init__(self, benefit: Benefit, over: dict[str, Any]) -> None:
        self.__dict__.update({column.key: getattr(benefit, column.key) for column in Benefit.__table__.columns})
        self.__dict__.update(over)
