"""Clauses of a posting that may shut somebody out or cheat them, in words that no rule names.

Linear models over characters (1 to 4 together) are added up: whether a clause is unlawful on one of the subjects and on
any of them, both fitted against lawful clauses on the same subjects, and whether it speaks of a subject at all, fitted
against plain clauses of postings. The words are in `data/clauses.txt`; `python -m ml.fit_clauses` fits them.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from ml.store import read_artefact
from ml.tables import DATA

ARTEFACT = DATA / "clauses.npz"
CUES: dict[str, str] = {
    "性别": (
        "男|女|性别|帅|靓|小伙|姑娘|妹|小哥|姐|阿姨|大妈|大叔|爷们|汉子|娘|先生|太太|♂|♀|male|boy|girl|nan|"
        "nv|兄弟|哥们|阴盛|丫头|小子|囡|带把|婆娘|靓仔|后生|弟兄"
    ),
    "婚育": (
        r"怀|单亲|牵挂|家里|两口子|上环|婚|孕|育|胎|孩|娃|宝|妈|单身|对象|恋爱|光棍|哺乳|产|家庭|家累|家口|成家|结扎|"
        r"丁克|男朋友|女朋友|男友|女友|带小|hcg|生[不了过完没]|小囝|细伢|毛头|断奶|大肚|肚子大|独身|丧偶|无牵|"
        r"异地恋|添丁|喜事|终身大事|个人问题|三期|家小|家有"
    ),
    "民族": "族|民|回回|维|藏|彝|汉|蒙|疆|清真|头巾|番|小白帽|猪肉|克语|尔语",
    "宗教": (
        r"查经|读经|教派|传教|宗教|教徒|教友|教会|教堂|信教|[佛道回]教|基督|天主|"
        r"(?<![微诚电通短自相书守可])信(?!息|用|箱|号|任|誉|心|贷|访)|"
        r"佛|(?<![自业雇民店房车公为户])主(?:的|恩|内)|上帝|耶稣|拜|神(?!经|秘|奇|话)|礼拜|做礼|诵|念经|"
        r"圣经|古兰经|心经|"
        r"寺|庙|道观|修道|学道|道友|道士|祷|皈依|受洗|斋|烧香|上香|居士|同修|伊斯兰|伊s|穆斯林|十字架|"
        r"头巾|念珠|吃素|持素|xin教|信jiao|弥撒|菩萨|法会|放生|福音|[基伊]教|斯兰|du教|zhu教|聚会点|符水|早课|晨祷|"
        r"祖师|受戒|持戒|受过洗|和尚|尼姑|经文|洋教|我[门教]"
    ),
    "残疾": (
        "驼|撇|秃|傻|瞎|不便|智力|残|障|聋|哑|盲|瘸|拐|轮椅|助听|假肢|缺|肢|跛|健全|正常人|疤|麻痹|脑瘫|唐氏|自闭|结巴|口吃|耳|听|视|"
        "癫痫|精神|抑郁|身体|伤|腿|手|指|疾|齿|色弱|色盲|眼|侏儒|唇|白化|胎记|畸形|健康完整|行走"
    ),
    "传染病": (
        "肝|阳|hiv|hbv|hpv|艾滋|梅毒|结核|病|肺|携带|新冠|核酸|对半|体检|抗体|澳抗|血|皮肤|疫|转氨酶|gan|"
        "感染|甲流|水痘|手足口|健康|带菌|带毒|性病|牛皮癣|az|羊过|化验"
    ),
    "户籍地域": (
        "[hf][南建]|土著|同姓|一个村|来的|户|籍|本地|外地|外省|外来|本市|本县|本村|本镇|本省|人|乡|农村|城镇|城市|老家|身份证|地域|口音|那边|"
        "东北|沪|京|非本|担保|省|租房|同县|异地|外码|外乡|街坊|本街|山里|老乡|河[北南]|籍|土生|外路|外面的|那边"
    ),
    "收费押金": "费|钱|押|保证|入股|工资|礼包|掏|定校|金|元|块|扣|交|缴|付|贷|担保|买|购|垫|自理|自备|款|压|出|租",
    "扣证": "证|照|卡|原件|正本|本本|护照|户口[本簿]|档案|sf|执业|公司保管",
    "夸大诈骗刷单": (
        r"在家|内招|外汇|一本万利|情色|佳丽|赚|挣|刷|卡|账|转|收款|收钱|[月日年]入|收入|入编|入金|入会|投|[过上赚\d一两三五八十百千]万|"
        r"千元|万元|元一|一单|接单|单子|拍单|每单|单结|放单|"
        r"派单|补单|做单|抢单|下单|编制|正式工|在编|事业编|内部|有关系|走关系|渠道|门路|有人|名额|指标|"
        r"保[证录进签底本过]|包[过进录就分签入赚机接办]|稳|"
        r"免[面笔试考]|不用面试|不用考试|不面试|不考试|理财|币|彩|境外|海外|缅|柬|公关|陪|聊|手工|串珠|"
        r"兼职|打字|背债|贷|拉人|下线|佣|返|"
        r"先付|垫|躺|点赞|任务|高薪|月薪|日薪|年薪|日结|租|代[收转付取考打签体办还写发]|替|假[证学流]|粉|"
        r"四件套|实名号|代[上坐]|替[上坐]|帮[上点取]|伴[玩酒游]|佳丽|资本运作|回本|日息|内线|打招呼|刷[一几]单|喊单|带单|"
        r"解封|养号|报名.{0,4}立即|模特|裸|尺度|跑分|洗钱|偷渡|网投|扫码|动动|轻松|直销|连锁经营|话术|冒充|押金"
    ),
    "童工": (
        "演员|主播|不上学|岁|童|孩|初[一二三中]|小学|成年|学生|小年轻|辍学|1[0-7]|十[一二三四五六七]|身份证|少年|娃|家长|年龄|周岁|后|满|丫头|孤儿|六年级|小的|年纪|成年人|表哥|身份证|念[书完]|退学"
    ),
    "番号驻地": (
        r"靶场|单位代码|步战车|部队|军|旅(?!游|行|客|途|馆|程)|营[区房盘门长]|[\d一二三四五某导]营|"
        r"(?<![集财剧社旅乐艺商银社])团(?!队|建|购|结|体|员|委|圆)|[\d一二三四五十某]师|师部|"
        r"番|代号|驻|导弹|舰|潜艇|坦克|雷达|装备|歼|轰|直-|武直|红旗|东风|巨浪|鹰击|长剑|"
        r"55555(?![元~—到/.,以-])|阵地|战友|服役|老兵|退役|连队|支队|大队|分队|"
        r"弹|特战|洞库|某型|型号|油库|弹药|仓库|哨所|机务|机窝|突击车|自行火炮|远火|驱逐|护卫|航母|战机|"
        r"主战|军械|信箱|机场|武器|火控|当兵|装甲|\d{2}[a-z]\b|plz|某部|武警|总队|守备|哨位|哨[所位]|弦号|母港|战斗编成|"
        r"直[-]?\d|无侦|战技|电台|换防|移防|驻训|边防|海防"
    ),
}
"""Subjects of the law, and the words one of which a clause has to hold before it is suspected of that subject."""
SUBJECTS = tuple(CUES)
FLOOR = -1.6  # of the score; chosen on postings and by cross-validation, see docs/legal-check.md
LAWFUL = -1.0  # below it a clause counts as lawful; chosen by cross-validation, see docs/legal-check.md
LONGEST = 40  # characters of a window of clauses
WIDEST = 4

Array = np.ndarray[Any, Any]

_END = re.compile(r"[。;；!！?？\n]|(?<=[^0-9a-zA-Z])\d{1,2}\s*[、.．)）](?!\d)|\s{2,}|[■●◆★※•]")
_COMMA = re.compile(r"(?<=[,，])")
_FOREIGN = re.compile(r"[a-z][a-z.+#/]{3,}|(?<![\u4e00-\u9fffa-z])[a-z][a-z.+#/]{2}(?![\u4e00-\u9fffa-z])")
_KEPT = frozenset(("hiv", "hbv", "ktv", "male", "female", "only", "boy", "girl", "hpv", "hcg", "jiao", "shen", "shua"))
_TIME = re.compile(r"\d{1,2}[:：]\d{2}")
_COMMAS = re.compile(r"[,，、/&]{2,}")
_HEAD = re.compile(
    r"^\s*(?:\d{1,2}\s*[、.．)）]\s*)?(?:(?:岗位|任职|职位|招聘|工作|应聘|基本)(?:要求|职责|条件|内容|描述|资格)\s*[:：])?"
)
_BLANK = re.compile(r"\s+")
_CUES = tuple(re.compile(words) for words in CUES.values())
_HAN = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A clause of a text, `start` to `end`, that may be unlawful; `subject` is one of `SUBJECTS`."""

    subject: str
    start: int
    end: int
    score: float


def windows(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of sentences; of long ones, of runs of clauses that are read together."""
    start = 0
    ends = [*((m.start(), m.end()) for m in _END.finditer(text)), (len(text), len(text))]
    for end, after in ends:
        if end - start <= LONGEST:
            yield start, end
        else:
            yield from _runs(text, start, end)
        start = after


def _runs(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    cuts = [start, *(m.start() for m in _COMMA.finditer(text, start + 1, end)), end]
    for first in range(len(cuts) - 1):
        last = first + 1
        while last + 1 < len(cuts) and cuts[last + 1] - cuts[first] <= LONGEST:
            last += 1
        yield cuts[first], min(cuts[last], cuts[first] + 2 * LONGEST)
        if last == len(cuts) - 1:
            return


def plain_clause(text: str) -> str:
    """Lower case without numbering, headings and foreign words.

    Long numbers count by their length, since the number of a unit has five signs.
    """
    text = _HEAD.sub("", text.lower())
    text = _FOREIGN.sub(lambda found: found.group() if found.group() in _KEPT else "", text)
    text = _TIME.sub("时", text)
    text = re.sub(r"\d+\.\d+|\d{6,}", "0", text)
    text = re.sub(r"(?<!\d)\d{5}(?!\d)", "55555", text)
    text = re.sub(r"(?<!\d)\d{3,4}(?!\d)", "#", text)
    return _BLANK.sub(" ", _COMMAS.sub(",", text)).strip(" ,")


def clause_grams(clause: str) -> list[str]:
    """Runs of one to four characters of a plain clause."""
    size = len(clause)
    return [clause[i : i + width] for width in range(1, WIDEST + 1) for i in range(size - width + 1)]


@dataclass(frozen=True, slots=True)
class Reader:
    """The fitted weights: a row for each run of characters; columns are `SUBJECTS`, any of them, and not plain."""

    places: dict[str, int]
    rarity: Array
    weights: Array
    shift: Array

    def scores(self, clause: str) -> Array | None:
        """The score of a plain clause for each of `SUBJECTS`; None where no run of characters is known."""
        counts = Counter(clause_grams(clause))
        known = [(self.places[gram], count) for gram, count in counts.items() if gram in self.places]
        if not known:
            return None
        rows = np.array([place for place, _ in known])
        values = (1 + np.log(np.array([count for _, count in known], np.float32))) * self.rarity[rows]
        values /= np.sqrt(values @ values)
        return score(values @ self.weights[rows].astype(np.float32) + self.shift)

    def read(self, clause: str) -> tuple[str, float]:
        """The likeliest subject of a plain clause, and the score; minus infinity where no subject has a word in it."""
        about = [i for i, cue in enumerate(_CUES) if cue.search(clause)]
        found = self.scores(clause) if about else None
        if found is None:
            return SUBJECTS[0], -math.inf
        best = max(about, key=found.__getitem__)
        return SUBJECTS[best], float(found[best])


def score(found: Array) -> Any:
    """One score for each subject from the sums of all columns, for a clause or for rows of clauses."""
    return found[..., :-2] + found[..., -2:-1] + np.minimum(found[..., -1:], 1)


@lru_cache(maxsize=1)
def reader() -> Reader:
    """The shipped weights."""
    arrays = read_artefact(ARTEFACT)
    grams = arrays["grams"].tobytes().decode().split("\n")
    places = {gram: i for i, gram in enumerate(grams)}
    return Reader(places, arrays["rarity"].astype(np.float32), arrays["weights"], arrays["shift"])


def looks_lawful(text: str, place: int) -> bool:
    """Whether every clause around a place of ``text`` scores so low on all subjects that no rule should block it."""
    clauses = [plain_clause(text[start:end]) for start, end in windows(text) if start <= place < end]
    found = [reader().scores(clause) for clause in clauses]
    return bool(found) and all(points is not None and points.max() < LAWFUL for points in found)


def suspect_clauses(text: str) -> list[Suspicion]:
    """Clauses of ``text`` that may be unlawful, in order; of windows that overlap the surest one."""
    found: list[Suspicion] = []
    for start, end in windows(text):
        clause = plain_clause(text[start:end])
        if not _HAN.search(clause):
            continue
        subject, points = reader().read(clause)
        if points > FLOOR:
            new = Suspicion(subject, start, end, points)
            if found and found[-1].end > start:
                found[-1] = max(found[-1], new, key=lambda one: one.score)
            else:
                found.append(new)
    return found
