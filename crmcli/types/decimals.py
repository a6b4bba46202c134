"""Exact decimal numbers as text in normal form: "1200", "-0.5"; no exponent, no zeros that say nothing.

All arithmetic is on digits and whole numbers, so that nothing is ever rounded and nothing heavy is loaded.
"""

from __future__ import annotations

import re
from functools import cache

_LONGEST = 64  # characters; Python itself refuses to read numbers of thousands of digits
_LONGEST_EXPONENT = 40
# Blanks and apostrophes that people and spreadsheets put between thousands.
_MARKS = " \u00a0\u202f\u2009'\u2019"
# Thousands by one and the same mark; or Indian grouping; or plain digits. Decimals after a point.
_ENGLISH = (
    rf"(?P<whole>[1-9][0-9]{{0,2}}(?P<mark>[,{_MARKS}])[0-9]{{3}}(?:(?P=mark)[0-9]{{3}})*"
    r"|[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}|[0-9]*)(?:\.(?P<fraction>[0-9]+))?"
)
_CONTINENTAL = (
    rf"(?P<whole>[1-9][0-9]{{0,2}}(?P<mark>[.{_MARKS}])[0-9]{{3}}(?:(?P=mark)[0-9]{{3}})*|[0-9]*)"
    r"(?:,(?P<fraction>[0-9]+))?"
)
_SCIENTIFIC = r"(?P<whole>[0-9]+)(?:\.(?P<fraction>[0-9]+))?[eE](?P<exponent>[+-]?[0-9]{1,3})"


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    return re.compile(_ENGLISH), re.compile(_CONTINENTAL), re.compile(_SCIENTIFIC)


def read(text: str) -> str | None:
    """Read a number as people and programs write it; None for what is not clearly one.

    Thousands may be separated; the decimal mark is a point, or a comma where that is the only reading:
    "1,234.56", "1.234,56", "1 234", "12,50", "1e3". One comma before three digits separates thousands.
    """
    if len(text) > _LONGEST:
        return None
    if text.isascii() and text.replace(".", "", 1).isdigit() and text[0] != "." != text[-1]:
        whole, _, fraction = text.partition(".")
        return _normal(whole, fraction, negative=False)
    digits = text.strip().replace("\u2212", "-")
    negative = digits.startswith("-")
    if digits[:1] in {"-", "+"}:
        digits = digits[1:].lstrip()
    for pattern in _patterns():
        found = pattern.fullmatch(digits)
        if found:
            parts = found.groupdict()
            break
    else:
        return None
    whole = re.sub(rf"[.,{_MARKS}]", "", parts["whole"])
    fraction = parts["fraction"] or ""
    exponent = int(parts.get("exponent") or 0)
    if not whole + fraction or abs(exponent) > _LONGEST_EXPONENT:
        return None
    return shift(_normal(whole, fraction, negative=negative), exponent)


def _normal(whole: str, fraction: str, *, negative: bool) -> str:
    whole = whole.lstrip("0") or "0"
    fraction = fraction.rstrip("0")
    text = f"{whole}.{fraction}" if fraction else whole
    return f"-{text}" if negative and text != "0" else text


def shift(number: str, places: int) -> str:
    """Multiply a number in normal form by 10**places, exactly."""
    if not places:
        return number
    whole, _, fraction = number.removeprefix("-").partition(".")
    if places > 0:
        fraction = fraction.ljust(places, "0")
        whole, fraction = whole + fraction[:places], fraction[places:]
    else:
        whole = whole.rjust(-places + 1, "0")
        whole, fraction = whole[:places], whole[places:] + fraction
    return _normal(whole, fraction, negative=number.startswith("-"))


def decimals(number: str) -> int:
    """Count the decimals of a number in normal form."""
    return len(number.partition(".")[2])


def scaled(number: str, scale: int) -> int:
    """Give a number in normal form, of at most `scale` decimals, times 10**scale."""
    whole, _, fraction = number.partition(".")
    return int(whole + fraction.ljust(scale, "0"))


def unscaled(value: int, scale: int) -> str:
    """Give value / 10**scale as a number in normal form."""
    digits = str(abs(value)).rjust(scale + 1, "0")
    cut = len(digits) - scale
    return _normal(digits[:cut], digits[cut:], negative=value < 0)
