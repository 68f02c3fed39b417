"""Names that only look like another employer's name."""

from __future__ import annotations

import unicodedata

# Letters of other alphabets and traditional characters as they are met in employers' names, each with its double.
_DOUBLES = str.maketrans(
    "аеорсухвкмнтіјѕԁԛԝαοενικρτυхγ"
    "騰訊華為聯電業務運輸車輛機械設備裝飾實際國際環衛學習藥廠場圖書農產飯館飲廣東雲貴寧蘇滬漢慶達興豐億萬順"
    "龍馬鳳銀鐵鋼鋁銅礦鹽紡織製衛視訊網絡軟體數據資訊創優誠寶陽東風時顧問諮詢貿進員會團體總處縣鄉鎮區職業護療",
    "aeopcyxbkmhtijsdqwaoevikptuxy"
    "腾讯华为联电业务运输车辆机械设备装饰实际国际环卫学习药厂场图书农产饭馆饮广东云贵宁苏沪汉庆达兴丰亿万顺"
    "龙马凤银铁钢铝铜矿盐纺织制卫视讯网络软体数据资讯创优诚宝阳东风时顾问咨询贸进员会团体总处县乡镇区职业护疗",
)
_LENGTH = 120


def name_skeleton(name: str) -> str:
    """A form that is equal for names people cannot tell apart.

    Compatibility forms, case, spaces, punctuation, invisible characters, letters of other alphabets that look Latin,
    and common traditional characters make no difference; the digits 0 and 1 count as the letters o and l.
    """
    folded = unicodedata.normalize("NFKC", name).casefold().translate(_DOUBLES)
    kept = [c for c in folded if unicodedata.category(c)[0] in "LN"]
    return "".join(kept).replace("0", "o").replace("1", "l")[:_LENGTH]
