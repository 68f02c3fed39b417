"""The gallery: every component in every state, and sample pages in each layout.

For development and demonstration only. All people, employers and figures are synthetic.
"""

from datetime import date
from typing import Any

from flask import Blueprint, abort, render_template
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    FileField,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    MonthField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than the type stubs
from wtforms.validators import InputRequired, Length, Regexp

from jobmatch.web import charts
from jobmatch.web.access import PUBLIC, access

blueprint = Blueprint("gallery", __name__)


def _choices(*labels: str) -> list[SelectChoice]:
    return [SelectChoice(value=str(i), label=label) for i, label in enumerate(labels)]


class ContactForm(Form):
    """The form of the sample page: how an employer reaches the person."""

    name = StringField("姓名", [InputRequired("请填写姓名")], render_kw={"autocomplete": "name"})
    mobile = TelField(
        "手机号",
        [Regexp(r"\d{11}$", message="手机号应为 11 位数字，例如 13800001234")],
        description="只给这家单位看",
        render_kw={"autocomplete": "tel", "inputmode": "tel"},
    )
    way = RadioField(
        "希望单位怎么联系您", [InputRequired("请选一种联系方式")], choices=_choices("打电话", "加微信", "发短信")
    )
    hours = SelectField(
        "什么时间方便接电话",
        [InputRequired("请选择方便接电话的时间")],
        choices=[SelectChoice(value="", label="请选择"), *_choices("上午", "下午", "晚上 8 点前", "都可以")],
    )
    words = TextAreaField("想对单位说的话", description="比如什么时候能上班、对住宿有没有要求")
    agrees = BooleanField("同意把我的简历发给这家单位", [InputRequired("需要您同意，单位才能看到简历")])


class CertificateForm(Form):
    """One row of a list inside a form."""

    name = StringField("证书名称", [InputRequired("请填写证书名称")])
    issued = MonthField("发证时间", [InputRequired("请填写发证的年和月")], format=["%Y-%m", "%Y %m"])


class EveryForm(Form):
    """One field of every kind."""

    key = HiddenField(default="k")
    text = StringField("住址", [Length(max=20, message="请写在 20 个字以内")], description="写到村或小区就行")
    count = IntegerField("带过几个人", [InputRequired("请填写人数")])
    secret = PasswordField("密码", [InputRequired("请填写密码")], render_kw={"autocomplete": "current-password"})
    on = DateField("面试日期", [InputRequired("请选日期")])
    month = MonthField("退役时间", [InputRequired("请填写退役的年和月")], format=["%Y-%m", "%Y %m"])
    photo = FileField("证件照片", [InputRequired("请选一张照片")], render_kw={"accept": "image/*"})
    trade = SelectField("从事行业", choices=_choices("运输物流", "机械维修", "安保消防"), default="0")
    specialties = SelectMultipleField(
        "您在部队做过哪些工作？",
        [InputRequired("请至少选一样")],
        description="点选就行，可以选几个",
        choices=_choices(
            *("汽车驾驶", "车辆维修", "带班管理", "炊事", "通信", "文书", "卫生员", "工程机械", "雷达", "军械"),
            *("物资保管", "警卫", "测绘", "航空机务", "其他"),
        ),
    )
    far = RadioField("最远愿意去多远", [InputRequired("请选一个")], choices=_choices("5 公里", "10 公里", "全县"))
    certificates = FieldList(FormField(CertificateForm, "证书"), "证书", min_entries=1)


class QuestionForm(Form):
    """One question on one page."""

    specialties = EveryForm.specialties


GAP = {
    "gap": True,
    "text": "还差危险品运输从业资格证",
    "more": "县里 12 月 5 日有免费培训班，6 天考证",
    "url": "#",
    "action": "报名培训",
}
MATCHES: list[dict[str, Any]] = [
    {
        "title": "危险品运输车队长",
        "url": "/ui/posting",
        "pay": "7500–9500 元/月",
        "employer": "恒通物流有限公司",
        "place": "高新区",
        "distance": "离家 6 公里",
        "word": "很合适",
        "good": True,
        "met": 7,
        "total": 8,
        "reasons": [{"text": "驾驶证 A2，符合要求"}, {"text": "当过车管班长 4 年，岗位要求带队 3 年"}, GAP],
        "tags": [("退役军人优先", "honour"), ("11 月 28 日招聘会到场", "info")],
    },
    {
        "title": "公交车驾驶员",
        "url": "/ui/posting",
        "pay": "5500–6800 元/月",
        "employer": "县公共交通公司",
        "place": "城关镇",
        "distance": "离家 2 公里",
        "word": "比较合适",
        "good": True,
        "met": 6,
        "total": 7,
        "reasons": [{"text": "驾驶证 A2，高于要求的 A3"}, {"text": "12 年安全行车"}],
        "tags": [("五险一金", ""), ("双休", "")],
    },
    {
        "title": "仓库主管",
        "url": "/ui/posting",
        "pay": "工资面议",
        "employer": "绿源农业合作社",
        "place": "石桥镇",
        "distance": "",
        "word": "可以试试",
        "good": False,
        "met": 3,
        "total": 6,
        "reasons": [{"text": "管过油料物资 2 年"}, {"text": "还差办公软件操作经历", "gap": True}],
        "tags": [],
    },
]
PEOPLE: list[dict[str, Any]] = [
    {
        "name": "王建国",
        "url": "#",
        "tags": [("退役军人身份已核实", "ok")],
        "facts": ["41 岁", "城关镇", "6 公里"],
        "waiting": "等了 3 天",
        "met": 7,
        "total": 8,
        "reasons": [
            {"text": "A2 驾驶证 18 年，12 年安全行车"},
            {"text": "车管班长 4 年，带过 9 人"},
            {"text": "危险品从业资格证：已报 12 月 5 日培训", "gap": True},
        ],
    },
    {
        "name": "周海涛",
        "url": "#",
        "tags": [("退役军人身份已核实", "ok")],
        "facts": ["29 岁", "石桥镇", "11 公里"],
        "waiting": "今天",
        "met": 6,
        "total": 8,
        "reasons": [{"text": "A2 驾驶证"}, {"text": "离单位 11 公里，需要住宿", "gap": True}],
    },
]
COMPARED: list[dict[str, Any]] = [
    {
        "name": "从业资格",
        "need": "危险品运输从业资格证",
        "have": "还没有",
        "met": False,
        "more": "县里 12 月 5 日有免费班。",
        "url": "#",
        "action": "报名培训",
    },
    {"name": "驾驶证", "need": "A2", "have": "A2，18 年", "met": True},
    {"name": "带队经历", "need": "3 年", "have": "车管班长 4 年", "met": True},
    {"name": "学历", "need": "高中或中专", "have": "没填", "met": None, "url": "#", "action": "去填"},
]
TASKS: list[dict[str, Any]] = [
    {"title": "个人信息", "url": "#", "text": "王建国，41 岁，城关镇", "done": True},
    {"title": "服役经历", "url": "#", "text": "运输分队 12 年，车管班长", "done": True},
    {"title": "技能和证书", "url": "#", "text": "A2 驾驶证，二级汽车维修工", "done": True},
    {"title": "退伍后的工作", "url": "#", "text": "还没有填", "done": False},
    {"title": "想找什么工作", "url": "#", "text": "运输物流，10 公里内，6000 元以上", "done": True},
    {"title": "优待证核验", "url": "#", "text": "上传照片，工作人员 1 天内核对", "done": False, "state": "去办"},
]
STEPS: list[dict[str, Any]] = [
    {"title": "单位看简历", "text": "恒通物流有限公司", "when": "11 月 26 日前回复您", "state": "done"},
    {"title": "面试", "text": "高新区物流园 3 号楼，带身份证和驾驶证", "when": "11 月 28 日 9:00", "state": "now"},
    {"title": "录用和入职", "when": "一般在面试后 3 天内", "state": "next"},
]
TOWNS: list[tuple[str, int, int, int, int, int, float, float, int, str]] = [
    ("双林镇", 132, 27, 13, 4, 30, 82.6, 0.8, 0, "陈志远"),
    ("青山镇", 209, 39, 19, 5, 9, 83.7, -1.0, 7, "赵强"),
    ("大柳乡", 130, 24, 10, 4, 18, 84.6, -0.9, 0, "李晓梅"),
    ("高新区", 143, 26, 20, 5, 9, 85.3, -0.3, 3, "赵强"),
    ("石桥镇", 136, 28, 18, 9, 16, 86.0, -0.3, 5, "刘芳"),
    ("河口镇", 187, 29, 18, 4, 10, 86.6, 0.1, 2, "刘芳"),
    ("白云街道", 106, 13, 9, 3, 14, 90.6, -0.7, 7, "赵强"),
    ("城关镇", 249, 28, 15, 6, 30, 91.2, 1.3, 14, "李晓梅"),
]
RATES = [81.2, 81.9, 81.0, 82.6, 83.4, 84.1, 84.0, 85.2, 86.3, 86.1, 87.0, 87.6]
MONTHS = ["12", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11"]
FACTS = [
    ("上班地点", "高新区，离家 6 公里"),
    ("怎么去", "3 路公交，25 分钟"),
    ("招几个人", "3 人，已投 11 人"),
    ("上班时间", "白班，双休"),
]


def _menu(current: int, *items: tuple[str, str, str, int]) -> list[dict[str, object]]:
    return [
        {"label": label, "icon": icon, "url": url, "badge": badge, "current": i == current}
        for i, (label, icon, url, badge) in enumerate(items)
    ]


def people_menu(current: int = 0) -> list[dict[str, object]]:
    """The five places of a person, as the sample pages show them."""
    return _menu(
        current,
        ("找工作", "search", "/ui/people", 0),
        ("我的投递", "file-text", "/ui/flow", 2),
        ("学技能", "school", "/ui/question", 0),
        ("招聘会", "building-community", "/ui/board", 0),
        ("我的", "user", "/ui/tasks", 0),
    )


def employer_menu(current: int = 0) -> list[dict[str, object]]:
    """The places of an employer member."""
    return _menu(
        current,
        ("收到的简历", "file-text", "/ui/employer", 0),
        ("我的岗位", "briefcase", "#", 0),
        ("推荐人选", "users", "#", 0),
        ("招聘会", "building-community", "#", 0),
        ("单位资料", "building", "#", 0),
    )


def staff_menu(current: int = 0) -> list[dict[str, object]]:
    """The places of station staff."""
    return _menu(
        current,
        ("今天", "layout-dashboard", "/ui/staff", 0),
        ("人员", "users", "#", 0),
        ("单位和岗位", "building", "#", 6),
        ("匹配和推荐", "list-check", "#", 0),
        ("招聘会", "building-community", "/ui/checkin", 0),
        ("培训", "school", "#", 3),
        ("创业孵化", "rocket", "#", 0),
        ("报表", "chart-bar", "#", 0),
    )


def booths() -> list[dict[str, object]]:
    """A hall of three rows of eight booths."""
    names = [
        *("恒通物流", "县公交公司", "远航汽服", "金盾安保", "应急救援", "华岭风电", "惠民粮油", "双汇冷库"),
        *("安顺驾校", "大柳乡政府", "中天建设", "云海酒店", "宏达机械", "新兴电子", "绿源农业", "康泰医院"),
        *("城投物业", "佳惠超市", "鸿运快递", "蓝盾科技", "春晖养老", "顺达速运", "县电信营业厅", "县储蓄所"),
    ]
    waiting = [3, 1, 2, 0, 8, 1, 1, 0, 0, 2, 8, 12, 2, 1, 3, 12, 1, 5, -1, 0, 5, 5, 3, 8]
    booths = []
    for i, (name, count) in enumerate(zip(names, waiting, strict=True)):
        row, place = divmod(i, 8)
        state, text = "", f"等 {count} 人"
        if count <= 0:
            state, text = ("free", "不用等") if count == 0 else ("away", "未到场")
        elif count >= 8:
            state = "long"
        spot = {"x": 20 + place * 108, "y": 16 + row * 112, "w": 98, "h": 96}
        booths.append({**spot, "no": f"{'ABC'[row]}{place + 1:02d}", "name": name, "text": text, "state": state})
    return booths


def wrong_form() -> ContactForm:
    """The sample form as it comes back with errors."""
    form = ContactForm(MultiDict({"mobile": "1380", "hours": ""}))
    form.validate()
    return form


def every_form(*, wrong: bool) -> EveryForm:
    """The form with a field of every kind, empty or sent back with errors."""
    if not wrong:
        return EveryForm(data={"specialties": ["0", "1", "2"], "far": "1", "month": date(2019, 9, 1)})
    sent = [("text", "很" * 21), ("month", ""), ("month", "9"), ("certificates-0-name", "")]
    form = EveryForm(MultiDict([(f"wrong-{name}", value) for name, value in sent]), prefix="wrong")
    form.validate()
    return form


def sample_charts() -> dict[str, object]:
    """The charts of the staff page and of the board."""
    return {
        "rate": charts.line(list(zip(MONTHS, RATES, strict=True)), unit="%", target=88, digits=1),
        "gaps": charts.line([("1 月", 4), ("2 月", None), ("3 月", 6), ("4 月", 5)], hrefs=["#", None, "#", "#"]),
        "funnel": charts.funnel(
            [("登记求职", 1286), ("收到推荐", 1174), ("投递", 742), ("面试", 421), ("录用", 263), ("在岗满 3 月", 198)]
        ),
        "trades": charts.hbars(
            [("运输物流", 312), ("机械维修", 268), ("安保消防", 241), ("仓储管理", 154), ("公共服务", 88)],
            parts=[58, 47, 71, 22, 31],
            keys=("录用", "岗位数"),
            hrefs=["#"],
        ),
        "arrivals": charts.columns([("8:30", 42), ("9:00", 118), ("9:30", 163), ("10:00", 121), ("10:30", 42)]),
        "sparks": [
            charts.spark(RATES),
            charts.spark([170, 166, 168, 163, 161, 157, 158, 154, 152, 153, 150, 147]),
            charts.spark([41, 52, 44, 58, 56, 47, 60, 66, 57, 66, 64, 60]),
            charts.spark([26, 29, 25, 31, 30, 36, 33, 35, 34, 38, 37, 41]),
        ],
    }


@blueprint.get("/ui")
@access(PUBLIC)
def index() -> str:
    """Every macro in every state."""
    return render_template(
        "gallery/index.html",
        menu=people_menu(4),
        form=every_form(wrong=False),
        wrong=every_form(wrong=True),
        matches=MATCHES,
        people=PEOPLE,
        compared=COMPARED,
        tasks=TASKS,
        steps=STEPS,
        facts=FACTS,
        towns=TOWNS,
        charts=sample_charts(),
    )


def _person_pages() -> dict[str, dict[str, object]]:
    return {
        "people": {"menu": people_menu(), "matches": MATCHES},
        "posting": {"menu": people_menu(), "match": MATCHES[0], "compared": COMPARED, "facts": FACTS, "steps": STEPS},
        "form": {"menu": people_menu(), "form": wrong_form()},
        "question": {"menu": people_menu(4), "form": QuestionForm(data={"specialties": ["0", "1", "2"]})},
        "tasks": {"menu": people_menu(4), "tasks": TASKS},
        "flow": {"menu": people_menu(1), "steps": STEPS},
        "done": {
            "menu": people_menu(1),
            "title": "简历已投出",
            "number": "TD-20261121-0487",
            "text": "恒通物流有限公司",
            "steps": STEPS,
            "actions": [{"label": "看我的投递", "url": "/ui/flow"}, {"label": "继续找工作", "url": "/ui/people"}],
        },
        "confirm": {
            "menu": people_menu(1),
            "title": "撤回这份投递吗？",
            "text": "撤回后，恒通物流有限公司就看不到您的简历了。",
            "button_text": "撤回投递",
            "back_url": "/ui/flow",
        },
    }


@blueprint.get("/ui/<name>")
@access(PUBLIC)
def page(name: str) -> str:
    """A sample page in one of the layouts."""
    samples = _person_pages() | {
        "employer": {"menu": employer_menu(), "people": PEOPLE, "site_name": "单位招聘"},
        "staff": {
            "menu": staff_menu(),
            "towns": TOWNS,
            "charts": sample_charts(),
            "site_name": "就业创业工作台",
            "search_url": "/ui/staff",
            "account_label": "城关县退役军人服务中心 · 李晓梅",
        },
        "checkin": {"menu": staff_menu(4), "site_name": "就业创业工作台", "search_url": "/ui/staff"},
        "board": {"charts": sample_charts(), "booths": booths()},
        "row": {},
    }
    if name not in samples:
        abort(404)
    return render_template(f"gallery/{name}.html", **samples[name])


@blueprint.get("/ui/error/<int:code>")
@access(PUBLIC)
def error(code: int) -> str:
    """The page for an error code, as it is shown with that code."""
    return render_template("error.html", code=code, menu=people_menu(), request_id="7F3K-22")
