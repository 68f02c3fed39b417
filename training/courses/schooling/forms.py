"""Forms about going on with school: shape and format."""

from __future__ import annotations

from wtforms import BooleanField, FileField, RadioField, StringField

from jobmatch.accounts.fields import at_most
from jobmatch.core.i18n import N_
from jobmatch.web.fields import DayField, VersionedForm
from jobmatch.web.pages import PageForm
from training.courses.schooling.services import PlanFacts
from training.courses.schooling.states import SchoolWay

_SMALL = {"class": "w-s"}


def _ways() -> list[tuple[str, str]]:
    return [(one.value, one.label) for one in SchoolWay]


class PlanForm(VersionedForm):
    """Which way, where, what."""

    way = RadioField(N_("怎么读"), choices=_ways, validate_choice=False)
    school = StringField(N_("学校"), [at_most(80)])
    major = StringField(N_("专业"), [at_most(60)])
    has_applied = BooleanField(N_("已经报名或者联系过学校"))
    note = StringField(N_("还有什么要说的"), [at_most(200)])

    def facts(self) -> PlanFacts:
        """What was said, as the service takes it."""
        return PlanFacts(
            way=self.way.data or "",
            school=self.school.data or "",
            major=self.major.data or "",
            has_applied=bool(self.has_applied.data),
            note=self.note.data or "",
        )


class ProofForm(PageForm):
    """The paper."""

    file = FileField(N_("录取通知书或者学籍证明"), description=N_("PDF 或者照片，不超过 10 MB"))


class StartForm(PageForm):
    """Since when and until when."""

    started_on = DayField(N_("哪天开学"), render_kw=_SMALL)
    ends_on = DayField(N_("预计哪天毕业"), render_kw=_SMALL)


class EndForm(PageForm):
    """When it was over."""

    on = DayField(N_("哪天离校"), render_kw=_SMALL)
