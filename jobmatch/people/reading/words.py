"""The words résumés are made of: headings, labels, dates, endings of names of employers, schools and posts."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from ml.reference import normalise


@lru_cache(maxsize=20_000)
def _plain_letter(letter: str) -> str:
    plain = unicodedata.normalize("NFKC", letter)
    plain = plain if len(plain) == 1 else letter
    return normalise(plain) if "\u3400" <= plain <= "\u9fff" else plain


def plain(text: str) -> str:
    """Full-width letters as plain ones and traditional ones as simplified; every place stays where it was."""
    return "".join(map(_plain_letter, text))


def compact(text: str) -> str:
    """The plain text without blanks."""
    return re.sub(r"\s+", "", plain(text))


_E = r"(?:经历|经验|履历|背景|情况|简历|信息|记录|概况)"
_HEADINGS: tuple[tuple[str, str], ...] = (
    (
        "family",
        r"家庭(?:主要)?(?:成员|情况|信息|关系).*|(?:主要)?社会关系.*|家庭成员及(?:主要)?社会关系|紧急联系人|证明人|推荐人",
    ),
    (
        "service",
        rf"(?:退役军人|退伍军人)经历|(?:部队|军队)服役|(?:退役军人|退伍军人)?(?:服(?:兵)?役|部队|军旅|军队|从军|参军|入伍|军人|现役|军营|当兵|军事|军职|武警)(?:工作|服役|任职|生活|主要|期间)?"
        rf"(?:{_E}|生涯|表现|任职|岁月)|服(?:兵)?役|从军|当兵",
    ),
    (
        "education",
        rf"(?:教育|学习|求学|学业|学历|受教育|院校|就学)(?:培训|学历|和|及|与)?(?:培训)?(?:程度)?{_E}|教育|学习|学历教育|教育[及与]培训(?:{_E})?",
    ),
    (
        "work",
        rf"(?:工作|职业|就业|从业|任职|实习|社会实践|社会|实践|主要工作|社会工作|地方工作|退役后|退伍后|单位|职场)(?:工作|就业|实习|实践|和|及|与)*{_E}"
        r"|工作|职业生涯|工作履历及业绩",
    ),
    (
        "history",
        rf"(?:个人|本人|主要|学习(?:和|及|与|、)?工作|工作(?:和|及|与|、)?学习|学习工作|工作学习|学习培训及工作)?(?:简历|履历|经历)"
        rf"|(?:学习|工作)(?:和|及|与|、)?(?:学习|工作){_E}|学习及工作{_E}",
    ),
    (
        "project",
        rf"(?:项目|培训|进修|参加培训|岗位培训|技能培训|校园|在校|学生工作|社团|志愿(?:者|服务)?){_E}?|(?:校园|社团|课外|学生|志愿|公益|实践)活动",
    ),
    (
        "certificates",
        r"(?:持有|所获|所持|获得|获取|已获|已取得|取得|职业|相关|主要|专业)?(?:的)?(?:职业)?(?:技能|资格|资质|执业)?"
        r"(?:证书|证件|证照|资质|资格|持证)(?:及|与|和)?(?:证书|等级|情况|信息|资质|荣誉|技能|执照|证照|奖项|获奖|特长|培训|驾照|驾驶证)*"
        r"|资格认证|(?:职业)?技能等级(?:证书)?",
    ),
    (
        "skills",
        r"(?:专业|职业|个人|主要|掌握|工作|岗位|核心|军事|IT|语言|计算机)*(?:技能|特长|专长|能力|技术)(?:特长|专长|证书|资质|情况|优势|描述|水平|"
        r"及|与|和|、|/|爱好|证照|语言|标签)*|(?:语言|外语)(?:水平|情况)?",
    ),
    (
        "honours",
        r"(?:所获|获得|主要|个人|部队|立功|曾获)*(?:荣誉|奖励|奖项|获奖|立功|奖惩|表彰)(?:及|与|和|、|受奖|荣誉|奖励|情况|经历|证书|称号|奖项|记录)*",
    ),
    (
        "wanted",
        r"(?:求职|就业|应聘|岗位|工作|职位|择业|安置)(?:意向|意愿|目标|期望|方向|需求|要求)(?:及要求)?|期望(?:工作|职位|岗位)?|意向(?:岗位|职位|工作)|要求|求职",
    ),
    (
        "about",
        r"(?:自我|个人|本人|综合)(?:评价|评估|介绍|描述|总结|简介|鉴定|优势|特点|陈述|说明|概述|推荐|小结|特质)|关于(?:我|本人)|自荐信?|自述|优势亮点|个人亮点",
    ),
    (
        "basic",
        r"(?:个人|基本|本人|求职者|联系|人员)?(?:基本)?(?:信息|资料|情况|概况)|个人(?:基本)?(?:信息|资料|情况)|联系(?:方式|信息|我)|基础信息",
    ),
    (
        "hobby",
        r"(?:兴趣|业余|个人|特长)?(?:爱好|兴趣|特长爱好)(?:特长|及特长)?|兴趣爱好.*|其他(?:信息|情况|说明|事项)?|备注|附件|附加信息|(?:审核|单位|所在|服务站|登记|初审|社区).{0,8}意见.*|本人(?:承诺|签名|签字).*",
    ),
)
_FILL = (
    r"个人|本人|我的|主要|相关|过往|全部|退役后|退伍后|地方|及|与|和|、|/"
    r"|情况|信息|概况|概述|简介|职责|业绩|实践|培训|已|考取|取得|获得|持有|拥有"
)
_DONE = r"经历|经验|履历|背景"
_COMPOSED: tuple[tuple[str, str], ...] = (
    (
        "education",
        rf"(?=.*(?:{_DONE}|教育))(?:{_FILL})*(?:学历|教育|学习|学术|求学)(?:{_FILL}|{_DONE}|学历|教育|学位)*",
    ),
    ("work", rf"(?=.*(?:{_DONE}))(?:{_FILL})*(?:工作|任职|就业|从业|职业|实习)(?:{_FILL}|{_DONE}|工作|实习|就业)*"),
    (
        "certificates",
        rf"(?:{_FILL}|岗位|专业|职业|特种|作业|安全|从业|执业|上岗)*(?:资格证书?|证书|证照|证件|上岗证|(?:从业|执业)资格)(?:{_FILL}|证照|荣誉|技能)*",
    ),
)
"""Headings that are put together from words of headings."""
_HEADINGS += _COMPOSED
_HEADING = tuple((kind, re.compile(pattern)) for kind, pattern in _HEADINGS)
_ENGLISH: tuple[tuple[str, str], ...] = (
    ("education", r"education(?:al)?(?:background|experience|history)?"),
    ("work", r"(?:work|working|professional|employment|career)?(?:experience|history)|employment"),
    ("service", r"military(?:service|experience|career)"),
    ("certificates", r"certificat(?:es?|ions?)|qualifications?|licen[cs]es?|(?:certificates|licenses)(?:and|&)\w+"),
    ("skills", r"(?:professional|key|core|technical)?skills?"),
    ("honours", r"awards?|honou?rs?|(?:awards|honou?rs)(?:and|&)(?:awards|honou?rs)"),
    ("project", r"(?:key)?projects?(?:experience)?|trainings?"),
    ("wanted", r"(?:career|job)?objectives?"),
    ("about", r"(?:self[-]?|personal)(?:evaluation|assessment|summary|statement|introduction)|summary|profile|aboutme"),
    ("basic", r"(?:personal|basic|contact)(?:information|info|details|data)|contact(?:me)?"),
    ("family", r"references?|familymembers"),
    ("hobby", r"hobbies|interests?"),
)
_ENGLISH_HEADING = tuple((kind, re.compile(pattern)) for kind, pattern in _ENGLISH)
_PART = "工作|实习|实践|教育|学习|培训|项目|竞赛|证书|证照|技能|荣誉|奖励|服役|部队|活动|校园|兴趣|爱好|经历|履历"
_PAIRED = re.compile(rf"(?:{_PART})(?:与|和|及|、|/)?(?:{_PART})(?:情况|经历)?")
_NO_LETTER = re.compile(r"[^\u3400-\u9fff、/]")
_NUMBERING = re.compile(
    r"^(?:第?[一二三四五六七八九十]{1,3}(?:部分|[、.．,，:：)）])|[(（][一二三四五六七八九十\d]{1,2}[)）]|\d{1,2}[、.．)）])"
)


@lru_cache(maxsize=5000)
def heading_kind(text: str) -> str:
    """The kind of section that ``text`` opens, or nothing where it is no heading."""
    if len(text) > 40:
        return ""
    words = _NUMBERING.sub("", compact(text))
    if words.isascii():
        words = words.rstrip(":").lower()
        return next((kind for kind, pattern in _ENGLISH_HEADING if pattern.fullmatch(words)), "")
    words = re.sub(r"[(（].{0,20}[)）]$", "", words.rstrip(":：")) if len(words) > 3 else words
    if re.search(r"\d", words) or len(letters := _NO_LETTER.sub("", words)) < 2 or len(letters) > 14:
        return ""
    if ":" in words.rstrip(":") or re.search(r"[，。；,;]", words):
        return ""
    letters = letters.strip("/、")
    kind = next((kind for kind, pattern in _HEADING if pattern.fullmatch(letters)), "")
    return kind or (gist_of_heading(letters) if _PAIRED.fullmatch(letters) else "")


_GISTS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("wanted", "想|意向|求职|期望|找工作|找什么"),
        ("family", "家里|家人|家庭|家属|亲人|亲属|爱人|介绍人|证明人|推荐人"),
        ("certificates", "证|执照"),
        ("project", "项目|培训|竞赛|课题"),
        ("hobby", "爱好|兴趣|业余|活动"),
        ("honours", "荣誉|立功|获奖|奖励|功劳"),
        ("education", "上学|求学|读书|念书|学习|学历|教育|学业"),
        ("service", "部队|当兵|服役|军营|从军|军旅"),
        ("skills", "会什么|会的|技能|本领|手艺|拿手|特长"),
        ("about", "评价|性格|自述|优势|优点|其他|说明|联系|怎么找|附件"),
        ("work", "工作|单位|干过|做过|地方|打工|上班|职业|实践|实习"),
        ("history", "经历|经过|履历|历程"),
    )
)


def gist_of_heading(text: str) -> str:
    """The kind of section that words set apart as a heading open, in whatever words; "about" where they say nothing."""
    words = _NUMBERING.sub("", compact(text)).rstrip(":：")
    if not re.fullmatch(r"[\u3400-\u9fff、/]{2,8}", words):
        return ""
    return next((kind for kind, pattern in _GISTS if pattern.search(words)), "about")


def is_numbered(text: str) -> bool:
    """Whether a text begins with 一、 or （二）, as headings do; 1. begins items too."""
    return re.match(r"\s*(?:[一二三四五六七八九十]{1,2}[、.．]|[(（][一二三四五六七八九十][)）])", text) is not None


# ---------- dates ----------

_YEAR = r"(?:19[5-9]\d|20[0-4]\d)"
_MONTH = r"(?:1[0-2]|0?[1-9])"
_CN = r"(?:[一二][〇零○0九OＯ][〇零○一二三四五六七八九0-9]{2})"
_CN_SHORT = r"(?:[五六七八九〇零○一二][〇零○一二三四五六七八九])"
_CN_MONTH = r"(?:十[一二]?|[一二三四五六七八九])"
_NAMED = (
    r"(?i:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|"
    r"Nov(?:ember)?|Dec(?:ember)?)"
)
_SHORT = r"[’']?\d{2}\s*年"
_DAY = (
    rf"(?:{_YEAR}\s*(?:年\s*{_MONTH}\s*月(?:\s*\d{{1,2}}\s*[日号])?(?:份)?|\s*[./\-·]\s*{_MONTH}(?!\d)(?:\s*[./\-]\s*(?:[12]\d|3[01]|0?[1-9])(?!\d))?"
    rf"|(?:0[1-9]|1[0-2])(?!\d))|{_CN}年{_CN_MONTH}月|{_CN_SHORT}年{_CN_MONTH}月"
    rf"|{_SHORT}\s*{_MONTH}\s*月|{_MONTH}\s*[/.\-]\s*{_YEAR}(?!\d)|{_NAMED}\.?[ ,]*{_YEAR}(?!\d))"
)
ONLY_YEAR = rf"(?:{_YEAR}\s*年?(?![\d./]\d)|{_CN}年)"
_NOW = r"(?:至今|现在|今(?!年)|目前|今日|当前|[Pp]resent|[Nn]ow|PRESENT|在职)"
_TO = r"\s*(?:起|开始)?\s*(?:(?:[-‐–—―－~～∼〜至到→─－ー一]\s*){1,4}|(?i:to|until)\b\s*)"
_BEGIN = rf"(?<![\d.])(?P<a>{_DAY}|{ONLY_YEAR})"
_LASTING = r"(?:共|约)?\s*(?:\d{1,2}\s*年)?(?:\s*\d{1,2}\s*个?月)?"
RANGE = re.compile(
    rf"{_BEGIN}(?:\s*(?:至今|起至今)|{_TO}(?P<b>{_DAY}|{ONLY_YEAR}|{_NOW}|{_MONTH}\s*月))(?![\d])"
    rf"(?:\s*[)）]?\s*[(（]{_LASTING}[)）])?"
)
LASTING = re.compile(rf"[(（]\s*(?=[共约\d]){_LASTING}\s*[)）]")
"""How long something lasted, in brackets."""
DANGLING = re.compile(rf"{_BEGIN}{_TO}$")
ENDING = re.compile(rf"(?:{_TO})?\s*(?P<b>{_DAY}|{ONLY_YEAR}|{_NOW})\s*")
SINGLE = re.compile(rf"(?<![\d.])(?P<a>{_DAY})(?!\d)")
OPEN = re.compile(rf"(?P<a>{_DAY}|(?<=[自从]){ONLY_YEAR}|(?<=[自从] ){ONLY_YEAR})\s*(?:起|开始|入职)")
_PAIR = re.compile(rf"\s*(?P<a>{_DAY})\s+(?P<b>{_DAY})(?!\d)")
_LOOSE = re.compile(rf"^\s*(?P<a>{_DAY}|{ONLY_YEAR})\s*$")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DIGITS = {letter: str(number % 10) for number, letter in enumerate("零一二三四五六七八九")} | {
    "〇": "0",
    "○": "0",
    "O": "0",
}


@dataclass(frozen=True, slots=True)
class Span:
    """From month to month as ``2018-09`` (or ``2018`` alone); ``until`` is empty where it lasts or is not said."""

    begin: str = ""
    until: str = ""
    is_current: bool = False


def read_day(text: str) -> str:
    """``2018-09`` or ``2018`` of a date as people write it, or nothing."""
    words = compact(text)
    if found := re.match(rf"({_CN})年(?:({_CN_MONTH})月)?", words):
        year = "".join(_DIGITS.get(letter, letter) for letter in found[1])
        month = _cn_month(found[2]) if found[2] else 0
        return f"{year}-{month:02d}" if month else year
    if found := re.match(rf"({_CN_SHORT})年({_CN_MONTH})月", words):
        year = "".join(_DIGITS.get(letter, letter) for letter in found[1])
        return f"{'19' if year >= '50' else '20'}{year}-{_cn_month(found[2]):02d}"
    if found := re.match(rf"({_MONTH})[/.\-]({_YEAR})", words):
        return f"{found[2]}-{int(found[1]):02d}"
    if found := re.match(rf"({_NAMED})[.,]*({_YEAR})", words):
        return f"{found[2]}-{_MONTHS.index(found[1][:3].lower()) + 1:02d}"
    if found := re.match(rf"[’']?(\d\d)年({_MONTH})月", words):
        century = 2000 if int(found[1]) < 50 else 1900
        return f"{century + int(found[1])}-{int(found[2]):02d}"
    found = re.match(rf"({_YEAR})(?:[年./\-·]*({_MONTH})(?!\d)|(0[1-9]|1[0-2])(?!\d))?", words)
    if found is None:
        return ""
    month = int(found[2] or found[3] or 0)
    return f"{found[1]}-{month:02d}" if month else found[1]


def _cn_month(text: str) -> int:
    if text.startswith("十"):
        return 10 + (int(_DIGITS[text[1]]) if len(text) > 1 else 0)
    return int(_DIGITS[text])


def read_span(text: str) -> tuple[Span, int, int] | None:
    """The first span of time in plain ``text`` and where it stands."""
    if found := RANGE.search(text):
        begin, last = read_day(found["a"]), found["b"] or ""
        if re.fullmatch(rf"{_MONTH}\s*月", last):
            last = f"{begin[:4]}年{last}"
        until = read_day(last)
        if until and until < begin[: len(until)]:
            return None
        return Span(begin, until, not until), found.start(), found.end()
    if found := _PAIR.match(text):
        return Span(read_day(found["a"]), read_day(found["b"])), found.start("a"), found.end()
    if found := OPEN.search(text):
        return Span(read_day(found["a"])), found.start(), found.end()
    return None


def is_date_only(text: str) -> bool:
    """Whether a text is nothing but a date or a span of time."""
    words = plain(text).strip()
    if _LOOSE.match(words) or ENDING.fullmatch(words) or DANGLING.fullmatch(words):
        return True
    found = read_span(words)
    return found is not None and len((words[: found[1]] + words[found[2] :]).strip(" ()（）[]【】|:：,，")) == 0


# ---------- names ----------

SCHOOL = re.compile(
    r"大学|学院|学校|中学|小学|高中|初中|中专|技校|职校|职高|党校|师范|职教中心|职业教育中心|[一二三四五六七八九十]中(?![国心])|附中|士官学院|军校|函授|电大|开放大学|卫校|农校"
)
EMPLOYER = re.compile(
    r"公司|集团|工厂|厂(?![长房])|店(?![长员])|中心|酒店|宾馆|饭店|超市|商场|广场|学校|学院|大学|中学|小学|幼儿园|医院|卫生院|诊所|银行|信用社|"
    r"局(?!长)|政府|委员会|街道|办事处|村委|居委|社区|合作社|工作室|事务所|研究院|研究所|设计院|服务站|加油站|车站|收费站|大队|支队|中队|"
    r"协会|基金会|物业|项目部|车队|农场|农庄|养殖场|农业园|基地|煤矿|矿业|电厂|水厂|食府|餐厅|饭馆|菜馆|餐馆|火锅|食堂|经营部|商行|门市|批发部|维修部|"
    r"修理厂|汽修|驾校|园区|产业园|度假村|景区|机场|港口|码头|电视台|报社|俱乐部|健身|个体|自主创业|自营|自由职业|灵活就业|务工|打工|务农|派出所|法院|检察院|仓库|网吧|海关|茶楼|酒楼|会所|药房|药店|连锁|粮库|工地|物流园|市场|作坊|平台|院$|站$|场$|所$|行$|社$|馆$|部$|园$|队$|铺$|处$"
)
_GLUE = re.compile(
    r"有限责任公司|股份有限公司|有限公司|分公司|子公司|公司|集团|工厂|酒店|宾馆|饭店|超市|商场|医院|卫生院|诊所|学校|幼儿园|大学|学院|中学|小学|高中|职中|技校|职校|中专|"
    r"[一二三四五六七八九十]中(?![国心学])|银行|信用社|合作社|中心|派出所|物业|燃气|电力|水务|热力|公交|地铁|速运|快递|石化|驾校|部队|经营部|大队|修理厂|街道办事处|委员会|事务所|工作室|政府|(?:营业|维修|门市|批发)[部厅]|[分支]行|[分门]店|分[院局]|项目部|(?<=..)[店厂局站所院库馆场园铺处]"
)
_BRANCH = re.compile(r"[分支][行店院局队部]|营业[部厅]|分中心|门店|项目部|.{2}站(?!务)")
_BETWEEN = re.compile(r"^(?:担任|任|从事|做|当|的|-|—|,|，|:|：)")
POST = re.compile(
    r"(?:员|师|工|长|手|司机|经理|主管|主任|助理|总监|保安|会计|出纳|文员|店主|负责人|合伙人|代表|顾问|专员|干事|干部|技师|教练|教官|厨师|学徒|"
    r"老板|创始人|书记|领班|骑手|销售|客服|前台|仓管|内勤|行政|人事|法人|股东|实习生|实习|普工|保洁|维修|采购|跟单|教师|老师|护士|医生|站务|"
    r"储备干部|运维|编辑|编导|记者|导游|三副|二副|大副|策划|设计|安保|安检|驾驶|电焊|电工|焊工|质检|操作|值班|调度|辅警|民警|协警|消防|城管|学员|班长|排长|业务|财务|店员|网管|押运|押运员|主播|兼职|管培生|叉车|钳工|木工|技术|管理|配送|外卖|快递|统计|文书|社工|师傅|公益岗)(?:\s*[（(].{1,12}[)）])?$"
)
ARMY = re.compile(
    r"(?<!医)部队(?!医)|服(?:兵)?役|入伍|参军|义务兵|武警|武装警察|陆军|海军|空军|火箭军|第二炮兵|战略支援|联勤保障|解放军|士官|军士|战士|列兵|上等兵|现役|"
    r"某(?:部|旅|团|营|连|师|基地|支队|舰|军)|边防|军区|战区|步兵|炮兵|装甲兵|工程兵|通信兵|汽车兵|炊事班|新兵|连队"
)
_NO_ARMY = re.compile(r"退役军人|退伍军人|军人服务|公司|集团|有限|军人事务|双拥|人武部|征兵")


def is_army(text: str) -> bool:
    """Whether a text tells of time in the forces and not of civil work with their name in it."""
    return ARMY.search(text) is not None and _NO_ARMY.search(text) is None


def split_glued(text: str) -> tuple[str, str] | None:
    """Employer and post written as one word: parted at the first ending of an employer that leaves but a post."""
    for found in _GLUE.finditer(text, 2, 42):
        place, rest = text[: found.end()], _BETWEEN.sub("", text[found.end() :])
        if 2 <= len(rest) <= 16 and POST.search(rest) and not EMPLOYER.search(rest) and not _BRANCH.search(rest):
            return place, rest
    return None
