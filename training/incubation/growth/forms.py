"""Forms of growth: shape and format."""

from __future__ import annotations

from wtforms import BooleanField, RadioField, StringField, TextAreaField

from jobmatch.accounts.fields import at_most, needed
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.web.fields import DayField, WholeField
from jobmatch.web.pages import PageForm
from training.incubation.growth.services.reports import ReportFacts
from training.incubation.growth.services.workers import WorkerFacts
from training.incubation.growth.states import RevenueBand, WorkerEvidence

_SMALL = {"class": "w-s"}


class ReportForm(PageForm):
    """The quarter in four answers."""

    is_operating = RadioField(
        N_("还在经营吗"), choices=lambda: [("yes", _("在经营")), ("no", _("没有经营"))], validate_choice=False
    )
    worker_count = WholeField(N_("用了几个人"), description=N_("您和合伙人自己不算"), render_kw=_SMALL)
    veteran_count = WholeField(N_("其中退役军人几个"), render_kw=_SMALL)
    revenue = RadioField(
        N_("这个季度的营业收入"),
        choices=lambda: [(one.value, one.label) for one in RevenueBand],
        validate_choice=False,
        default=RevenueBand.NOT_SAID.value,
    )
    words = TextAreaField(N_("有什么困难，要什么帮助"), [at_most(300)], render_kw={"rows": 2})

    def facts(self) -> ReportFacts:
        """What was said, as the service takes it."""
        said = self.revenue.data
        return ReportFacts(
            is_operating={"yes": True, "no": False}.get(self.is_operating.data or ""),
            worker_count=self.worker_count.data,
            veteran_count=self.veteran_count.data,
            revenue=RevenueBand(said) if said in set(RevenueBand) else RevenueBand.NOT_SAID,
            words=self.words.data or "",
        )


class WorkerForm(PageForm):
    """Somebody who works there; founders see no evidence and no phone."""

    name = StringField(N_("姓名"), [needed(N_("请填姓名")), at_most(60)], render_kw={"autocomplete": "off"})
    is_veteran = BooleanField(N_("是退役军人"))
    started_on = DayField(N_("从哪天起"))
    evidence = RadioField(
        N_("依据"),
        choices=lambda: [(one.value, one.label) for one in WorkerEvidence],
        validate_choice=False,
        default=WorkerEvidence.WORD.value,
    )
    phone = StringField(
        N_("手机号"),
        [at_most(20)],
        description=N_("在人才库里的填这一项，自动对上档案，不重复统计"),
        render_kw={"inputmode": "tel", "autocomplete": "off"},
    )

    def facts(self) -> WorkerFacts:
        """What was said, as the service takes it."""
        said = self.evidence.data
        return WorkerFacts(
            name=self.name.data or "",
            is_veteran=bool(self.is_veteran.data),
            evidence=WorkerEvidence(said) if said in set(WorkerEvidence) else WorkerEvidence.WORD,
            started_on=self.started_on.data,
            phone=self.phone.data or "",
        )


class EndForm(PageForm):
    """The last day on which somebody worked there."""

    ended_on = DayField(N_("最后一天"))
