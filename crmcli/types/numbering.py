"""How numbers of one country are dialled, as far as their digits alone decide; what is unclear is left open.

The phonenumbers library takes some 50 microseconds a number, which a million rows cannot pay. Here stands
the part of its rules that comes down to prefixes and lengths. A dialling plan answers only where the library's
answer is certain to be the same; a property-based test compares the two. References: phonenumberutil.parse
and is_possible_number of the phonenumbers package.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from crmcli.frozen import frozen

if TYPE_CHECKING:
    from phonenumbers import PhoneMetadata

_LONGEST_CODE = 3  # digits of a calling code


@frozen
class Dialling:
    """The rules of one country, or of the main country of a calling code."""

    code: str
    international: tuple[str, ...] | None  # prefixes before a calling code; None: not that simple
    trunk: tuple[str, ...] | None  # prefixes before a national number; None: not that simple
    lengths: frozenset[int]  # of a full national number
    local: frozenset[int]  # of a number without its area code
    national: re.Pattern[str]  # what national numbers look like

    def certain(self, number: str) -> bool:
        """Whether a national number is possible and is not cut or changed by any rule."""
        return (
            self.trunk is not None
            and len(number) in self.lengths
            and not number.startswith("0")
            and not number.startswith(self.trunk)
        )


def _prefixes(pattern: str | None) -> tuple[str, ...] | None:
    """Split a pattern that is plain digits, or a choice of such; None for any other."""
    if not pattern:
        return ()
    parts = tuple(pattern.split("|"))
    return parts if all(part.isascii() and part.isdigit() for part in parts) else None


def _dialling(metadata: PhoneMetadata | None) -> Dialling | None:
    general = metadata.general_desc if metadata else None
    if metadata is None or general is None:
        return None
    return Dialling(
        str(metadata.country_code),
        _prefixes(metadata.international_prefix),
        _prefixes(metadata.national_prefix_for_parsing),
        frozenset(general.possible_length),
        frozenset(general.possible_length_local_only),
        re.compile(general.national_number_pattern or "(?!)"),
    )


@cache
def of_country(country: str) -> Dialling | None:
    """Give the rules of a country by its ISO code; None for one that has none."""
    from phonenumbers import PhoneMetadata

    return _dialling(PhoneMetadata.metadata_for_region(country, None)) if country else None


@cache
def _of_code(code: str) -> Dialling | None:
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

    regions = COUNTRY_CODE_TO_REGION_CODE.get(int(code))
    if not regions:
        return None
    return _dialling(PhoneMetadata.metadata_for_region_or_calling_code(int(code), regions[0]))


def international(digits: str) -> str | None:
    """Give digits that begin with a calling code as E.164; None where digits alone do not decide."""
    if digits.startswith("0"):
        return None
    for length in range(1, _LONGEST_CODE + 1):
        main = _of_code(digits[:length])
        if main:
            return f"+{digits}" if main.certain(digits[length:]) else None
    return None


@cache
def certain_head(head: str, length: int) -> bool:
    """Whether every number of so many digits that begins with `head`, calling code first, is E.164 as it stands."""
    number = international(head + "9" * (length - len(head)))
    main = next((m for n in range(1, _LONGEST_CODE + 1) if (m := _of_code(head[:n]))), None)
    if number is None or main is None:
        return False
    # A trunk prefix that reaches beyond the head could begin with it.
    return max(map(len, main.trunk or ()), default=0) <= len(head) - len(main.code)


def domestic(digits: str, home: Dialling) -> str | None:
    """Give digits dialled in a country as E.164; None where digits alone do not decide."""
    main = _of_code(home.code)
    if main is None or home.international is None or home.trunk is None:
        return None
    if home.international and digits.startswith(home.international):
        return _abroad(digits, home)
    number = digits
    if digits.startswith(home.code):  # the calling code without its plus, only where the whole is too long
        if len(digits) <= max(home.lengths) or len(digits) in home.local:
            return None
        number = digits[len(home.code) :]
    elif digits.startswith(home.trunk):
        number = _without_trunk(digits, home)
    elif not home.certain(digits):
        return _impossible_here(digits, home, main)
    return f"+{home.code}{number}" if home.certain(number) and main.certain(number) else None


def _abroad(digits: str, home: Dialling) -> str | None:
    prefixes = [p for p in home.international or () if digits.startswith(p)]
    return international(digits[len(prefixes[0]) :]) if len(prefixes) == 1 else None


def _without_trunk(digits: str, home: Dialling) -> str:
    """Cut the trunk prefix off, unless a national number may begin with it: then nothing is certain."""
    prefixes = [p for p in home.trunk or () if digits.startswith(p)]
    if len(prefixes) != 1 or home.national.fullmatch(digits):
        return ""
    return digits[len(prefixes[0]) :]


def _impossible_here(digits: str, home: Dialling, main: Dialling) -> str | None:
    """Read a number that is impossible in its country, and begins with 00, as one from abroad."""
    if not digits.startswith("00") or digits.startswith(home.trunk or ()):
        return None
    possible = main.lengths | main.local
    if len(digits) in possible or main.trunk is None or digits.startswith(main.trunk):
        return None
    return international(digits[2:])
