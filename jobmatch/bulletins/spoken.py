"""Numbers as a loudspeaker says them: amounts in words, telephone numbers sign by sign with 幺 for one."""

from __future__ import annotations

DIGITS = "零一二三四五六七八九"
SIGNS = str.maketrans("0123456789", "零幺二三四五六七八九")
STEPS = ((10_000, "万"), (1000, "千"), (100, "百"), (10, "十"))


def spoken_number(number: int) -> str:
    """6500 → 六千五百, 12 → 十二, 6050 → 六千零五十; 0 to 99,999,999. Raises ``ValueError`` beyond."""
    if not 0 <= number < 100_000_000:
        raise ValueError(f"{number} is not said on a loudspeaker")
    if number == 0:
        return DIGITS[0]
    words, has_gap = "", False
    rest = number
    for step, name in STEPS:
        count, rest = divmod(rest, step)
        if count == 0:
            has_gap = bool(words)
            continue
        said = spoken_number(count) if count > 9 else DIGITS[count]
        # Thousands and ten thousands are counted with 两, hundreds and tens with 二.
        if count == 2 and step >= 1000:
            said = "两"
        words += (DIGITS[0] if has_gap else "") + said + name
        has_gap = False
    if rest:
        words += (DIGITS[0] if has_gap else "") + DIGITS[rest]
    return words[1:] if 10 <= number < 20 else words


def spoken_count(number: int) -> str:
    """A number before a measure word: 两个人, not 二个人."""
    return "两" if number == 2 else spoken_number(number)


def spoken_phone(phone: str) -> str:
    """138-0000-1111 → 幺三八，零零零零，幺幺幺幺: in groups, with a pause between them."""
    parts = "".join(sign if sign.isdigit() else " " for sign in phone).split()
    if len(parts) == 1 and len(parts[0]) == 11:
        parts = [parts[0][:3], parts[0][3:7], parts[0][7:]]
    return "，".join(part.translate(SIGNS) for part in parts)
