"""Telephone numbers without a calling code, read as they are dialled in the country that their row names."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from crmcli.frozen import replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.types.base import Context, InvalidValue, Stored

_LANGUAGES = ("en", "nl", "de", "fr", "es")
_CODE = 2  # letters of a country's ISO 3166 code
_OTHER_NAMES = {"usa": "US", "u.s.a.": "US", "u.s.": "US", "united states of america": "US", "vs": "US", "uk": "GB",
                "england": "GB", "scotland": "GB", "wales": "GB", "great britain": "GB", "the netherlands": "NL",
                "holland": "NL", "brd": "DE", "czech republic": "CZ", "uae": "AE"}  # fmt: skip


def dialled(
    cells: Sequence[str],
    countries: Sequence[str],
    parsed: list[Stored | InvalidValue | None],
    context: Context,
) -> None:
    """Read those numbers of a column anew that have no plus, in rows whose country is another than the context's.

    What is no number there stays as the context reads it: lists name the country of an address, and give an office's
    number in another one.
    """
    from crmcli.types.base import InvalidValue
    from crmcli.types.phone import Phone

    phone = Phone()
    for row, (cell, country) in enumerate(zip(cells, countries, strict=True)):
        if country and cell and not cell.lstrip().startswith("+"):
            code = country_code(country)
            if code and code != context.country:
                there = phone.parse_cell(cell, _in(context, code))
                if isinstance(parsed[row], InvalidValue) or not isinstance(there, InvalidValue):
                    parsed[row] = there


@lru_cache(maxsize=512)
def _in(context: Context, code: str) -> Context:
    return replace(context, country=code)


@lru_cache(maxsize=4096)
def country_code(text: str) -> str:
    """Give the ISO 3166 code of a country by its code or its name in five languages; "" for what is none."""
    word = " ".join(text.split())
    if len(word) == _CODE and word.upper() in _names().values():
        return word.upper()
    folded = word.casefold()
    return _OTHER_NAMES.get(folded) or _names().get(folded, "")


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    from phonenumbers.geodata.locale import LOCALE_DATA

    found: dict[str, str] = {}
    for code, names in LOCALE_DATA.items():
        for language in _LANGUAGES:
            name = names.get(language, "")
            # "*nl" says that the name is the one in that language.
            found.setdefault(names.get(name[1:], "").casefold() if name.startswith("*") else name.casefold(), code)
    found.pop("", None)
    return found
