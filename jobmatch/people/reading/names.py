"""Names of people that stand in a résumé without a label."""

from __future__ import annotations

import re
from collections.abc import Sequence

from jobmatch.people.reading.labels import is_label
from jobmatch.people.reading.lines import Line
from jobmatch.people.reading.schooling import level_of
from jobmatch.people.reading.words import EMPLOYER, POST, SCHOOL, compact, heading_kind

_TWO = (
    "欧阳|太史|端木|上官|司马|东方|独孤|南宫|万俟|闻人|夏侯|诸葛|尉迟|公羊|赫连|澹台|皇甫|宗政|濮阳|公冶|太叔|申屠|公孙|慕容|仲孙|钟离|长孙|宇文|"
    "司徒|鲜于|司空|令狐|呼延|百里|东郭|南门|西门|公西|轩辕|拓跋|完颜"
)
_ONE = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫雷龙黎史陶贺毛郝顾龚邵万覃武"
    "钱戴严莫孔向常汤康易乔赖文洪季温安鲁祁申欧耿焦兰纪涂齐葛骆华岳凌祝路章施柳俞毕柯舒梅管阮翟詹牛殷倪单聂臧滕左卜阎岑费滑鲍裴霍虞苗成伍项甘符车瞿卓艾盛包景宁关尚宫房游简牟解辛池匡瞿冉柴冷邢佟卞"
    "靳丛桂宗窦屈戚幸巩谷樊娄苟米党隋权封褚晏鞠储束井丰卫占蒙庞饶蓝郎边车应巫强麦沙仇古迟乐缪练蔺荆巴连查甄花段计洛闵占诸车战麻商曲支明冀尤练苑宿税"
)
_RARE = (
    "仝禹邴淳隗亓逄逯郗郤郜郇鄢鄯酆邰邸邝邬郏郄仉佴侴俎偰冼凃凤刁别利劳勾匙厉双召台吉后员呙咸哈哎唯啜喻嘉区墨夔奉妫姒姬宓宰密富尧山岱巢帅希干平库庆庾延弓弘归恽惠慎戎"
    "户扈扶拜摩攸敖斛昝暨有朴木柏柘栗校桑桓次殳毋汝汲沃沐泮浦湛溥漆火燕牧狄独狐狼玉琚瑷璩畅留疏皮益盖盍相睦矫硕禄禚种稽竹笪答箫粟糜綦綪紫终缑羊羿翁翦耶肇胥能興芈芮苍"
    "苻茅茹茆荀荣莘菅营蒯蒲蒿蓟蓬蔚薄藏虎虢行衣衡衷裘訾谌谏谈谯豆贝贡贯赏赫越通逢那郁郦都鄂释里野铁银锁锺锻闭闻闾阙阚阳陕隆雍雒靖韶顿频飞首鱼鹿麴黑默鼓农刀仵仰佘佛傅"
    "全公况刑化卿历芦友合同咎喜国圣坚堵塔夕奚姑尉展崇年庄戈才揭撒敬斐於昌是晁智月期杭杞松枚柔栾桐楚楼母永求汗泉泥洗浩海涉淡清渠湘满漕潭潮点焉物犹狂珠理生由疆盘目直眭"
    "矣示祖秋秘"
)
"""Surnames that are also common words: alone they make a name only where a name stands."""
NAME_SHAPE = re.compile(
    rf"(?:{_TWO}|淳于|单于|公良|公孙|亓官|巫马|壤驷|乐正|漆雕|左丘|东门|第五|梁丘|谷梁|段干|微生|羊舌|叱干)[\u4e00-\u9fff]{{1,2}}"
    rf"|[{_ONE}][\u4e00-\u9fff]{{1,2}}|[\u4e00-\u9fff]{{2,6}}[·•][\u4e00-\u9fff]{{2,6}}"
)
_RARE_NAME = re.compile(rf"[{_RARE}][\u4e00-\u9fff]{{1,2}}")
LONE = re.compile(r"[\u4e00-\u9fff]{2,4}")
_NO_NAME = re.compile(
    r"简历|高中|初中|本科|中专|专科|学历|党员|团员|汉族|[省市县区镇乡村]$|安全|安保|安检|方向|成熟|易于|金融|温州|常州|管理|车辆|包装|应聘|求职|解放|解决|应届|"
    r"左右|强化|明确|经|经历|连队|武警|毕业|明白|文化|文员|计划|计算|时间|[和与]$|[学青少成今去每全半近]年|年[限龄度级纪薪前]|[一二三四五六七八九十每个]月|月薪|月份|岁|男|女|未婚|已婚|群众|健康|良好|单位|高级|古典|严格|严谨|康复|石油|商务|华为|金牌|万元|江苏|江西|"
    r"云南|湖南|湖北|陕西|山西|河南|河北|广东|广西|贵州|四川|安徽|浙江|福建|辽宁|吉林|甘肃|青海|海南|黑龙江|宁夏|乐观|应急|边防|白天|关于|封面|个人|车间|向上|能力|关键|卫生|包容|支持|应变"
)
_TITLE = re.compile(
    r"^(?:个人|求职)?简历[:：\-—·_]*|(?:的)?(?:个人|求职|退役军人)?(?:求职)?简历$|^(?:我叫|我是)|(?:先生|女士|同志)$"
)


def clean_name(text: str) -> str:
    """The name that a labelled value holds, or nothing."""
    words = re.split(
        r"[\t(（/|｜,，;；]", re.sub(r"^([\u4e00-\u9fff])[\s]+([\u4e00-\u9fff])(?=\s|$)", r"\1\2", text.strip())
    )[0]
    words = re.sub(r"(?<=[\u4e00-\u9fff])\s(?=[\u4e00-\u9fff](?:\s|$))", "", words)
    words = _TITLE.sub("", words.strip().split(" ")[0])
    if re.fullmatch(
        r"[\u3400-\u9fff\U00020000-\U0002ffff]{2,4}|[\u3400-\u9fff]{1,8}[·•.][\u3400-\u9fff·•.]{1,15}", words
    ) and not is_label(words):
        return words
    latin = re.match(r"[A-Za-z][A-Za-z .'\-]{2,39}$", text.strip())
    return latin[0].strip() if latin else ""


def find_name(lines: Sequence[Line]) -> tuple[str, int, bool] | None:
    """The name at the head of a résumé, its line, and whether its place and size leave no doubt."""
    largest = max((line.size for line in lines), default=0)
    best: tuple[tuple[int, float, int], str, int, bool] | None = None
    for number, line in enumerate(lines[:60]):
        if number > 14 and not (line.size > 1.3 * _usual(lines)):
            continue
        for cell in line.cells:
            is_large = line.size > 1.2 * _usual(lines) and line.size >= 0.85 * largest
            # In the largest letters of the page or beside a sex, an age or a number, names of any kind stand.
            shape = LONE if is_large else _RARE_NAME if number < 3 or _BESIDE.search(line.text) else NAME_SHAPE
            name, is_titled = _candidate(cell.text, shape)
            if not name:
                continue
            rank = (0 if is_titled else 1, -line.size if is_large else 0, number)
            if best is None or rank < best[0]:
                is_told = number < 2 or _BESIDE.search(line.text) is not None
                best = (rank, name, number, is_titled or is_large or is_told)
    return best[1:] if best else None


def _usual(lines: Sequence[Line]) -> float:
    sizes = sorted(line.size for line in lines)
    return sizes[len(sizes) // 2] if sizes else 0


_BESIDE = re.compile(r"男|女|岁|1[3-9]\d{9}")
_SELF = re.compile(r"(?:本人|我叫|我是|姓名为|名叫)([\u4e00-\u9fff]{2,4}?)(?=[，,。；;(（]|$)")


def _candidate(text: str, shape: re.Pattern[str]) -> tuple[str, bool]:
    words = compact(text)
    if (told := _SELF.search(words)) and is_name(told[1], LONE):
        return told[1], True
    if heading_kind(text) and "简历" not in words:
        return "", False
    bare = _TITLE.sub("", words)
    if bare != words and is_name(bare, LONE):
        return bare, True
    for token in [words, *re.split(r"[\s|｜/,，、·•—\-]+", text.strip())[:1], *re.split(r"[(（:：]", words)[:1]]:
        if is_name(token, shape):
            return token, False
    return "", False


def is_name(word: str, shape: re.Pattern[str]) -> bool:
    """Whether a word of this shape can be a name and is no other word of a résumé."""
    return (
        (NAME_SHAPE.fullmatch(word) or shape.fullmatch(word)) is not None
        and _NO_NAME.search(word) is None
        and not POST.search(word)
        and not EMPLOYER.search(word)
        and not SCHOOL.search(word)
        and not level_of(word)
        and not is_label(word)
        and not heading_kind(word)
    )
