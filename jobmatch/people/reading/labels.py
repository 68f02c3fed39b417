"""Labels and their values: ``姓 名：张三``, forms with the value beside or below its label, headers of tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jobmatch.people.reading.lines import Cell, Line
from jobmatch.people.reading.words import compact, heading_kind, plain

_LABELS: tuple[tuple[str, str], ...] = (
    ("name", r"姓名|名字"),
    ("sex", r"性别"),
    ("birth", r"出生年月日?|出生日期|出生时间|出生年份|生日|出生"),
    (
        "phone",
        r"(?:联系|移动|手机)?电话(?:号码)?|手机(?:号码|号)?|联系(?:方式|手机|号码)|[Tt]el(?:ephone)?|TEL|[Mm]obile|[Pp]hone",
    ),
    ("email", r"(?:电子)?邮箱(?:地址)?|电子邮件|邮件|[Ee]-?[Mm]ail|EMAIL|E-MAIL"),
    ("id", r"(?:居民)?身份证(?:号码|号)?|证件号码?"),
    (
        "other",
        r"民族|籍贯|户籍(?:所在地|地址|地)?|户口(?:所在地|性质)?|出生地|生源地|政治面貌|党派|婚姻(?:状况|状态)?|婚否|身高(?:体重)?|体重|血型|视力|"
        r"健康(?:状况|状态)?|身体状况|年龄|(?:现|家庭|联系|通讯|通信|居住|现居)?(?:住址|地址)|(?:现)?居住地(?:址)?|现居(?:住地|地)?|所在地|微信(?:号)?|QQ号?|邮编|"
        r"邮政编码|参加工作(?:时间|年月)|工作(?:年限|经验年限)|求职状态|目前状(?:况|态)|到岗时间|离职原因|证明人(?:及电话)?|(?:所在|所属)?部门|薪资水平|学位|外语(?:水平|等级)|"
        r"计算机(?:水平|等级)|职称|紧急联系人|联系人|安置(?:方式|地)|照片|入党(?:时间|年月)|爱好|特长|兴趣爱好|税前月薪|下属人数|汇报对象|社保|成绩|主修课程|立功(?:受奖)?(?:情况)?|荣誉|编号|填表(?:日期|时间)"
        r"|个人主页|技能等级",
    ),
    ("level", r"(?:最高|全日制|在职|现有|入伍前|第一)?学历(?:学位|层次|/学位)?|(?:文化|教育)程度|培养层次"),
    ("school", r"(?:毕业|就读|所在|培训)?(?:院校|学校)(?:名称)?(?:及专业|系及专业)?|毕业(?:院校|学校|于)(?:及专业)?"),
    ("major", r"(?:所学|所读|主修)?专业(?:名称)?|学习专业"),
    ("graduated", r"毕业(?:时间|年月|日期|年份)"),
    ("enlisted", r"(?:入伍|参军|应征入伍|入役)(?:时间|日期|年月|年份)"),
    ("discharged", r"(?:退役|退伍|退出现役|转业|复员|离队)(?:时间|日期|年月|年份)"),
    ("served", r"服(?:兵)?役(?:起止)?(?:时间|期间|年份|经历时间|起止|年月)"),
    (
        "branch",
        r"(?:服役)?(?:军种|兵种|军兵种|军种兵种)|服役(?:部队|军种|单位)|(?:所在|原)部队(?:类别)?|原服役单位|军种/兵种",
    ),
    ("rank", r"(?:退役时)?(?:军衔|衔级)(?:等级)?"),
    ("specialty", r"(?:军事|服役|部队|兵种)(?:专业|岗位|职务|任职)(?:名称)?|服役期间(?:职务|岗位)"),
    (
        "post",
        r"求职(?:意向|岗位|职位|目标|意愿|方向)(?:岗位)?|意向(?:岗位|职位|工种|工作|职业)|(?:期望|希望|拟)(?:从事)?(?:的)?(?:岗位|职位|工作|职业|工种|行业)|应聘(?:岗位|职位|意向|职务)|"
        r"目标(?:岗位|职位)|就业意向|择业意向|申请(?:职位|岗位)",
    ),
    ("pay", r"(?:期望|希望|意向|目标|要求)?(?:月薪|薪资|薪酬|工资|薪水|待遇|年薪)(?:要求|待遇|范围|期望)?"),
    ("place", r"(?:期望|希望|意向|目标|求职)(?:的)?(?:工作)?(?:地点|城市|地区|区域|地)|工作(?:地点|城市|地区|区域)"),
    ("licence", r"驾(?:驶证|照|驶执照)(?:类型|等级|类别|级别)?|准驾车型"),
    (
        "papers",
        r"(?:持有|所获|职业|资格|技能|获得|已有|主要|相关|专业)*(?:证书|资格证|证件|证照)(?:名称|情况)?|职业资格|技能等级证",
    ),
    (
        "employer",
        r"(?:工作|任职|就职|所在|服务)?单位(?:名称)?|(?:就职|任职|所在)?公司(?:名称)?|企业(?:名称)?|用人单位|雇主",
    ),
    ("title", r"(?:担任|所任|从事)?(?:职务|职位|岗位|工种)(?:名称)?|任职岗位|从事工作|职位/岗位"),
    (
        "duties",
        r"(?:主要)?工作(?:内容|描述|职责|业绩|成果)|(?:主要|岗位|职位)(?:职责|工作|内容|描述|业绩)|职责(?:描述)?|业绩(?:描述)?|内容描述|经历描述",
    ),
    ("time", r"(?:工作|起止|任职|在职|就读|在校|学习|服务)(?:时间|年月|日期|起止时间)|起止|时间"),
)
_SPACED = re.compile(r"([\u4e00-\u9fff])(?=[\u4e00-\u9fff])")
_AFTER = r"(?:[ \t]*[(（/]?[ \t]*[A-Za-z][A-Za-z .\-]{1,18}[)）]?)?[ \t]*(?:[】\])][ \t]*:?|:|(?=[\t ]|$))"
_LABEL = re.compile(
    r"(?<![\u4e00-\u9fffA-Za-z])(?:"
    + "|".join(f"(?P<{key}>" + _SPACED.sub(r"\1[ \\t]*", words) + ")" for key, words in _LABELS)
    + rf"){_AFTER}"
)
_STRIP = " \t|;；,，/、·•:：-—_。　"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A value with the label it stands at; ``line`` is where the value is."""

    key: str
    value: str
    line: int
    start: int
    end: int


def find_labels(lines: Sequence[Line], *, first: int = 0) -> list[Labelled]:
    """All labels of ``lines`` with their values (empty ones too), in order; ``first`` is the number of line one."""
    found: list[Labelled] = []
    for number, line in enumerate(lines):
        text = plain(line.text)
        marks = list(_marks(text))
        for at, (key, start, end, is_sure) in enumerate(marks):
            stop = marks[at + 1][1] if at + 1 < len(marks) else len(text)
            value, where = line.text[end:stop].strip(_STRIP), number
            if not value:
                value, where = _below(lines, number, line, start, is_alone=len(marks) == 1 and is_sure)
            found.append(Labelled(key, value, first + where, start, end))
    return found


def _marks(text: str) -> Iterator[tuple[str, int, int, bool]]:
    for match in _LABEL.finditer(text):
        with_colon = match[0].rstrip().endswith((":", "】", "]", ")"))
        begins = match.start() == 0 or text[match.start() - 1] in "\t"
        # Without a colon a label stands at the head of its cell.
        if with_colon or begins or text[max(0, match.start() - 2) : match.start()].isspace():
            yield match.lastgroup or "", match.start(), match.end(), with_colon


def _below(lines: Sequence[Line], number: int, line: Line, start: int, *, is_alone: bool) -> tuple[str, int]:
    """The value below a label: the cell of the next row under it, or the next line after a label alone."""
    if number + 1 >= len(lines):
        return "", number
    after = lines[number + 1]
    if len(line.cells) > 1:
        # Only a row of nothing but labels has its values below.
        if len(after.cells) < 2 or not all(is_label(cell.text) for cell in line.cells):
            return "", number
        place, cell = 0, line.cells[0]
        for candidate in line.cells:
            if place <= start:
                cell = candidate
            place += len(candidate.text) + 1
        best = column_of(cell, after.cells)
        if best is not None and not is_label(best.text):
            return best.text.strip(), number + 1
        return "", number
    if is_alone and len(after.text) < 60 and not next(_marks(plain(after.text)), None) and not heading_kind(after.text):
        return after.text.strip(), number + 1
    return "", number


def column_of(cell: Cell, others: Sequence[Cell]) -> Cell | None:
    """The cell of another row that stands in the same column."""

    def shared(other: Cell) -> float:
        return min(cell.x1, other.x1) - max(cell.x0, other.x0)

    best = max(others, key=shared, default=None)
    return best if best is not None and shared(best) > 0 else None


def is_label(text: str) -> bool:
    """Whether a cell holds a label and nothing else."""
    found = _LABEL.match(plain(text).strip())
    return found is not None and found.end() == len(plain(text).strip())


_HEADERS: tuple[tuple[str, str], ...] = (
    ("relation", r"(?:与本人)?关系|称谓"),
    ("begin", r"开始(?:时间|日期|年月)|起始(?:时间|日期|年月)|入职(?:时间|日期)|入学(?:时间|日期)|自|从|起"),
    ("end", r"(?:结束|终止|截止)(?:时间|日期|年月)|离职(?:时间|日期)|毕业(?:时间|日期)|至|到|止"),
    (
        "both",
        r".*(?:单位|部门|公司|学校|何地).*(?:职务|岗位|职位|何职|工作|专业).*|.*学习.*工作.*(?:情况|单位).*|(?:主要)?经历|工作学习经历|何地何单位.*",
    ),
    (
        "time",
        r"(?:工作|学习|任职|就读|服役|在校|在职|培训|教育)?(?:起止|起讫)?(?:时间|年月|日期|年限)(?:段|区间)?|起止|(?:自|从)?何年何?月?(?:至|到).*|.*年.*月至.*|时段|期间",
    ),
    (
        "certificate",
        r"(?:职业|资格|技能|持有)?(?:资格|技能)?(?:证书|证件|证照)(?:名称|类别)?|资格名称|职业资格(?:名称)?",
    ),
    (
        "employer",
        r"(?:所在|工作|任职|就职|用人|服务)?(?:单位|公司|企业)(?:名称|/部门|及部门)?|服役(?:单位|部队)|部队(?:名称)?|(?:单位|公司|学校)[/、或](?:学校|单位|公司|院校).*|机构(?:名称)?|所在(?:单位|学校|部队).*",
    ),
    ("school", r"(?:毕业|就读|所在|学习|培训)?(?:院校|学校|院系|学校院系)(?:名称)?|毕业(?:院校|学校)"),
    (
        "title",
        r"(?:担任|所任|从事|任何)?(?:职务|职位|岗位|工种|职|工作)(?:名称|/岗位|/职务|或岗位|岗位)?|身份|任职|角色",
    ),
    ("major", r"(?:所学|学习)?专业(?:名称)?"),
    ("level", r"学历(?:/?学位)?|层次|学历层次|学历性质|文化程度"),
    ("duties", r"(?:主要)?(?:工作|岗位)?(?:内容|职责|业绩|描述|表现)|主要工作|工作内容.*"),
    ("name", r"姓名"),
    (
        "rest",
        r"证明人.*|发证.*|(?:获得|取得|获取|发证|颁发)(?:时间|日期|年月)|等级|级别|编号|证书编号|离职原因|月薪|薪资|部门|成绩|备注|学位|学习形式|性质|是否毕业|联系(?:方式|电话)|序号|年龄|政治面貌|工作单位及职务|地点|军衔|军种",
    ),
)
_HEADER = tuple((key, re.compile(words)) for key, words in _HEADERS)


def header_keys(line: Line) -> list[tuple[str, Cell]]:
    """The columns that ``line`` names as the head of a table; nothing where it is no head."""
    if len(line.cells) < 2:
        return []
    keys = []
    for cell in line.cells:
        words = compact(cell.text).strip(":()（）")
        key = next((key for key, pattern in _HEADER if len(words) < 24 and pattern.fullmatch(words)), "")
        if not key:
            return []
        keys.append((key, cell))
    names = {key for key, _cell in keys}
    is_head = len(names) >= 2 and (names & {"time", "begin", "certificate", "relation"} or len(keys) >= 3)
    return keys if is_head and names - {"name", "rest", "level", "major", "school"} else []
