"""What is asked of whom, what came back, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass

from jobmatch.core.i18n import N_
from jobmatch.core.states import LabelledEnum


class CheckAnswer(LabelledEnum):
    """What became of the question whether somebody still works there."""

    STAYED = "stayed", N_("还在这里")
    MOVED = "moved", N_("换了单位")
    LEFT = "left", N_("不在了")
    KNOWN = "known", N_("已由别的核实说明")
    OVER = "over", N_("这一条已经结束")


ASKED_ANSWERS = (CheckAnswer.STAYED, CheckAnswer.MOVED, CheckAnswer.LEFT)
"""The answers that a person or a clerk may give; the others the register gives itself."""


class Topic(LabelledEnum):
    """What another department is asked about people."""

    INSURED = "insured", N_("参保情况")
    UNEMPLOYED = "unemployed", N_("失业登记")
    HARDSHIP = "hardship", N_("就业困难认定")
    BUSINESS = "business", N_("市场主体登记")
    SCHOOL = "school", N_("学籍")


@dataclass(frozen=True, slots=True)
class TopicFacts:
    """The department that knows, and the heads of the columns it fills; an empty head is not asked."""

    department: str
    found: str
    since: str
    name: str = ""
    kind: str = ""
    until: str = ""
    number: str = ""

    @property
    def heads(self) -> list[str]:
        """The columns of the answer, in the order of the list that goes out."""
        return [head for head in (self.found, self.name, self.kind, self.since, self.until, self.number) if head]


TOPICS = {
    Topic.INSURED: TopicFacts("人力资源和社会保障局", "是否参保", "参保起始日期", name="参保单位"),
    Topic.UNEMPLOYED: TopicFacts("人力资源和社会保障局", "是否登记失业", "登记日期"),
    Topic.HARDSHIP: TopicFacts(
        "人力资源和社会保障局", "是否认定就业困难", "认定起始日期", until="认定截止日期", number="认定编号"
    ),
    Topic.BUSINESS: TopicFacts("市场监督管理局", "是否有登记", "成立日期", name="主体名称", kind="主体类型"),
    Topic.SCHOOL: TopicFacts("教育局", "是否在读", "入学日期", name="学校", kind="入学方式"),
}
"""Words of the tables that go out and come back; they are Chinese papers in every language of the site."""


class Population(LabelledEnum):
    """Whose data may be worth asking for; the fewest that serve the purpose."""

    UNCONFIRMED = "unconfirmed", N_("登记已就业，但没有核实或核实过期")
    ENDING = "ending", N_("核实 30 天内到期")
    SEEKING = "seeking", N_("登记待就业")
    NOT_KNOWN = "not_known", N_("没有就业登记")
    NEW_RETURNEES = "new_returnees", N_("上一年度退役")
    EVERYBODY = "everybody", N_("全部在册人员")


class Verdict(LabelledEnum):
    """How an answer stands to the register."""

    AGREES = "agrees", N_("一致")
    CONTRADICTS = "contradicts", N_("不一致")
    NEW = "new", N_("新情况")
    NOT_FOUND = "not_found", N_("部门没有查到")


class LineState(LabelledEnum):
    """What became of one person of a list."""

    SENT = "sent", N_("等回函")
    WAITING = "waiting", N_("待确认")
    ACCEPTED = "accepted", N_("已采纳")
    REFUSED = "refused", N_("不采纳")
    NOTED = "noted", N_("不用办")


DECIDED = frozenset({LineState.ACCEPTED, LineState.REFUSED})
