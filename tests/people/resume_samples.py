"""Synthetic résumés in many layouts, made by code: Typst for pages, bare WordprocessingML for documents."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
HEAD = (
    f'<w:document xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml">'
)
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)


def typst_pdf(source: str) -> bytes:
    """A PDF of Typst markup in the product's font."""
    import typst

    from jobmatch.core.pdf import _fonts

    page = '#set page(paper: "a4", margin: 1.6cm)\n#set text(font: "Noto Sans SC", size: 10pt, lang: "zh")\n'
    made = typst.compile((page + source).encode(), font_paths=_fonts())
    assert isinstance(made, bytes)
    return made


def scan_of(pdf: bytes, *, scale: float = 2.0) -> bytes:
    """The same pages as pictures in a PDF without text."""
    import pypdfium2

    pictures = [page.render(scale=scale).to_pil().convert("L") for page in pypdfium2.PdfDocument(pdf)]
    target = io.BytesIO()
    pictures[0].save(target, "PDF", save_all=True, append_images=pictures[1:], resolution=72 * scale)
    return target.getvalue()


def docx(body: str) -> bytes:
    """A document around a body of WordprocessingML."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("word/document.xml", f"{HEAD}<w:body>{body}</w:body></w:document>")
    return target.getvalue()


def para(text: str) -> str:
    """A paragraph; tabs stay tabs."""
    runs = "<w:tab/>".join(f'<w:t xml:space="preserve">{escape(part)}</w:t>' for part in text.split("\t"))
    return f"<w:p><w:r>{runs}</w:r></w:p>"


def cell(*texts: str, span: int = 1, merge: str = "") -> str:
    """A table cell of paragraphs (or given markup); ``merge`` is restart or continue."""
    inside = "".join(text if text.startswith("<w:") else para(text) for text in texts) or para("")
    vertical = f'<w:vMerge w:val="{merge}"/>' if merge else ""
    return f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/>{vertical}</w:tcPr>{inside}</w:tc>'


def table(*rows: str) -> str:
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"


def box(x: float, y: float, width: float, height: float, *texts: str) -> str:
    """A text box at a place of the page, with the older copy that word processors write beside it."""
    inside = "".join(para(text) for text in texts)
    sides = "".join(
        f'<wp:position{way} relativeFrom="page"><wp:posOffset>{int(value * 12700)}</wp:posOffset></wp:position{way}>'
        for way, value in (("H", x), ("V", y))
    )
    size = f'<wp:extent cx="{int(width * 12700)}" cy="{int(height * 12700)}"/>'
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>'
        f"<wp:anchor>{sides}{size}<a:graphic><a:graphicData><wps:wsp><wps:txbx><w:txbxContent>{inside}</w:txbxContent>"
        "</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:pict>"
        f"<v:shape><v:textbox><w:txbxContent>{inside}</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )


ONE_COLUMN = """
#grid(columns: (1fr, 3cm), [#text(size: 20pt, weight: "bold")[苏明远] \\ 求职意向：仓储主管 \\
男 | 1992.08 出生 | 汉族 | 中共党员 \\ 电话：198 0000 1201 #h(1em) 邮箱：su.mingyuan\\@example.com],
 rect(width: 2.4cm, height: 3cm))
== 教育背景
#line(length: 100%)
2015.09 - 2018.06 #h(1fr) 江南职业技术学院 #h(1fr) 物流管理 / 大专
== 工作经验
#line(length: 100%)
*青禾供应链（杭州）有限公司* #h(1fr) 2021.03 - 至今 \\ 仓储主管
- 负责三个仓库的收发货和盘点，带领二十人的班组，保证账实相符，全年没有差错，多次被评为先进班组，并参与新仓库的筹备工作。
- 使用仓储系统。
*蓝湾商贸有限公司* #h(1fr) 2018.07 - 2021.02 \\ 仓管员
- 日常收发货。
== 技能证书
叉车证（N1）、驾驶证 C1、计算机二级
== 自我评价
为人踏实，做事认真。
"""

SIDEBAR = """
#set page(margin: 0pt)
#grid(columns: (6.4cm, 1fr), rows: 29.6cm,
 block(fill: rgb("1f4e79"), width: 100%, height: 100%, inset: 14pt)[#set text(fill: white)
 #circle(radius: 1.2cm, fill: white) \\ #text(size: 18pt)[韩立秋] \\ 退役军人 \\
 *联系方式* \\ 手机：19900001302 \\ 邮箱：hlq\\@example.com \\ 现居：成都市
 \\ *求职意向* \\ 电工 \\ 期望薪资：7000元 \\ 期望城市：成都
 \\ *持有证书* \\ 低压电工证 \\ 高处作业证 \\ *兴趣爱好* \\ 篮球、长跑],
 block(inset: 16pt)[*工作经历* \\ 2020年5月—2024年3月 #h(2em) 川西机电安装工程有限公司 \\ 电工 \\
 负责厂区配电柜的安装与检修，处理日常故障。\\ 2024年4月—至今 #h(2em) 锦城物业服务集团 \\ 工程班长 \\ 负责小区供电。
 \\ \\ *服役经历* \\ 2012年12月—2019年12月 #h(2em) 空军某部 #h(2em) 发电员，中士
 \\ \\ *教育经历* \\ 2009年9月—2012年6月 #h(2em) 眉山机电学校 #h(2em) 电气自动化 #h(2em) 中专
 \\ \\ *自我评价* \\ 服从安排，动手能力强。])
"""

FORM = """
#align(center)[#text(size: 16pt)[退役军人求职登记表]]
#table(columns: (1.6cm, 2.6cm, 1.8cm, 2.4cm, 2cm, 1fr), stroke: 0.6pt, align: center + horizon,
[姓　名],[乔书恒],[性　别],[男],[出生年月],[1988.11],
[民　族],[汉],[学　历],[高中],[联系电话],[19700001403],
[毕业院校],table.cell(colspan: 3)[白河县高级中学],[专　业],[],
[入伍时间],table.cell(colspan: 2)[2006.12],[退役时间],table.cell(colspan: 2)[2014.12],
[求职意向],table.cell(colspan: 3)[保安、仓库管理员],[期望薪资],[4500],
table.cell(rowspan: 4)[工\\ 作\\ 经\\ 历],table.cell(colspan: 2)[起止时间],[单位名称],table.cell(colspan: 2)[职务],
table.cell(colspan: 2)[2015.03-2018.08],[白河县顺和劳务派遣有限公司],table.cell(colspan: 2)[门卫],
table.cell(colspan: 2)[2018.09-2022.12],[远山保安服务有限公司白河分公司],table.cell(colspan: 2)[保安队长],
table.cell(colspan: 2)[2023.01至今],[白河县人民医院],table.cell(colspan: 2)[消防控制室值班员],
[持有证书],table.cell(colspan: 5)[保安员证，消防设施操作员（五级）],
table.cell(rowspan: 3)[家庭成员],[姓名],[关系],[年龄],table.cell(colspan: 2)[工作单位及职务],
[乔大山],[父子],[61],table.cell(colspan: 2)[务农],
[林小溪],[夫妻],[35],table.cell(colspan: 2)[白河县第二小学教师],
[自我评价],table.cell(colspan: 5)[吃苦耐劳，责任心强，熟悉安保工作流程，能够处理突发情况，与同事相处融洽。])
"""

TIMELINE = """
#text(size: 18pt)[简历 · 方知秋] #h(1fr) 19600001504
#let row(a, b) = grid(columns: (4.2cm, 1fr), gutter: 8pt, a, b)
=== 个人经历
#row([2008.09 – 2011.07], [*东湖中等专业学校* \\ 汽车运用与维修（中专）])
#row([2011.12 – 2016.12], [*武警某部* \\ 驾驶员、汽车修理工])
#row([2017.03 – 2019.05], [*宏远汽车修理厂* \\ 汽修工 \\ 负责发动机和底盘的维修。])
#row([2019.06 – 至今], [*东湖公共交通有限公司* \\ 公交驾驶员 \\ 安全行车二十万公里。])
=== 资格证书
道路旅客运输从业资格证 \\ 机动车驾驶证 A1
"""

UNRULED = """
#align(center)[#text(size: 18pt)[个人简历]]
姓名：覃月明 #h(3em) 性别：女 #h(3em) 电话：19100001605
== 一、学习经历
#grid(columns: (4cm, 6cm, 4cm, 2cm), row-gutter: 8pt, [时间],[学校],[专业],[学历],
[2010.09-2014.06],[南岭师范学院],[学前教育],[本科],[2007.09-2010.06],[南岭县第二中学],[],[高中])
== 二、工作经历
#grid(columns: (4cm, 7cm, 4cm), row-gutter: 8pt, [起止时间],[工作单位],[职务],
[2014.08-2019.07],[南岭县机关幼儿园],[教师],[2019.08-至今],[阳光早教中心],[教学主管])
== 三、证书
教师资格证、普通话二级甲等
"""

PLAIN = """个人简历

姓　　名：樊思远　　　　性　　别：男
出生日期：１９９４年０３月　　政治面貌：中共党员
手　　机：１９２００００１７０６
电子邮箱：fansiyuan@example.com
文化程度：大学本科　　所学专业：土木工程

【教育经历】
二〇一二年九月至二〇一六年六月，就读于北原理工大学土木工程专业，本科。

【部队经历】
2016年9月至2018年9月在陆军某部服役，担任文书，上等兵军衔。部队代号某某，驻地某地。

【工作经历】
1. 2018年11月至2021年4月在北原市第三建筑工程有限公司担任施工员，负责现场放线和资料整理。
2. 2021年5月至今在中原路桥集团从事安全员工作。

【证书】二级建造师、安全员C证

【自我介绍】
做事有条理，能独立带班。
"""

LABELLED = """简历
姓名：欧阳云起
联系方式：19300001807
学历：大专
毕业学校：海川职业学院
专业：航海技术
毕业时间：2013年7月

工作经验
公司名称：海川港务有限公司
工作时间：2013/8～2017/6
职位：水手
工作内容：甲板维护与系解缆。
公司名称：北部湾航运集团
工作时间：2017/7～至今
职位：三副
工作内容：值班与航行计划。

资格证书：船员适任证书
"""


def form_docx() -> bytes:
    """A registration form with merged cells, made of a Word table."""
    return docx(
        para("退役军人登记表")
        + table(
            cell("姓名") + cell("顾长风") + cell("出生年月") + cell("1985年2月") + cell("照片", merge="restart"),
            cell("学历") + cell("大专") + cell("联系电话") + cell("19400001908") + cell(merge="continue"),
            cell("毕业院校及专业") + cell("西岭广播电视大学 行政管理", span=4),
            cell("工", "作", "经", "历", merge="restart") + cell("起止年月") + cell("工作单位") + cell("职务", span=2),
            cell(merge="continue") + cell("2012.03-2016.05") + cell("西岭县水务局") + cell("办事员", span=2),
            cell(merge="continue") + cell("2016.06-至今") + cell("西岭供水有限公司") + cell("管网", "维修班长", span=2),
            cell("部队", "经历", merge="restart")
            + cell("2003.12-2011.12")
            + cell("海军某部")
            + cell("轮机兵，四级军士长", span=2),
            cell("持有证书") + cell("电工证、焊工证", span=4),
            cell("自我评价") + cell("踏实肯干。", span=4),
        )
    )


def boxes_docx() -> bytes:
    """A page whose words all stand in text boxes, in an order of their own."""
    return docx(
        "<w:p>"
        + box(220, 60, 300, 24, "工作经历")
        + box(30, 30, 160, 40, "陆春晓")
        + box(
            220,
            90,
            300,
            120,
            "2019.04-2022.10  云上餐饮管理有限公司  厨师长",
            "负责后厨管理",
            "2022.11-至今  春和酒店  行政总厨",
        )
        + box(30, 110, 60, 20, "电话：")
        + box(92, 110, 100, 20, "19500002009")
        + box(30, 140, 160, 20, "证书")
        + box(30, 165, 160, 40, "中式烹调师（二级）", "健康证")
        + box(220, 220, 300, 24, "教育经历")
        + box(220, 250, 300, 40, "2012.09-2015.07  云上烹饪技工学校  烹饪  技校")
        + "</w:p>"
    )


def layout_docx() -> bytes:
    """Two columns that a table without borders places side by side."""
    left = cell(
        "杜清源",
        "联系方式",
        "手机：18100002110",
        "求职意向",
        "货车司机",
        "持有证件",
        "A2驾驶证",
        "道路货物运输从业资格证",
    )
    right = cell(
        "服役经历",
        "2005.12-2010.12\t联勤保障部队\t汽车驾驶员",
        "工作经历",
        "北辰物流有限公司\t2011.03-2017.09",
        "长途货车司机",
        "安达快运有限责任公司\t2017.10-至今",
        "车队队长",
        "教育背景",
        "北辰县职业高中\t2002.09-2005.06\t职高",
    )
    return docx(para("个人简历") + table(left + right))
