"""The names of months and of days of the week in English, Dutch, German, French and Spanish, whole or cut short."""

from __future__ import annotations

from functools import cache

MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SHORTEST = 3  # letters that name a month or a day of the week
_OTHER_MONTHS = """
januari februari maart april mei juni juli augustus september oktober november december
januar februar märz april mai juni juli august september oktober november dezember
janvier février mars avril mai juin juillet août septembre octobre novembre décembre
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
"""
_SHORTENED = {"mrt": 3, "mrz": 3, "maerz": 3, "setiembre": 9, "avr": 4, "juil": 7}  # not the beginning of a name
_OTHER_DAYS = """
maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
montag dienstag mittwoch donnerstag freitag samstag sonntag
lundi mardi mercredi jeudi vendredi samedi dimanche
lunes martes miércoles jueves viernes sábado domingo
"""
_DATE_WORDS = 3  # day, month, year: "mar" is March, or a Spanish Tuesday where it is one word more
_BETWEEN = frozenset(("de", "del", "of", "le", "den", "der", "the", "op", "am", "el"))  # 3 de marzo de 2026


def month(word: str) -> int | None:
    """Give the number of the month that a word names in any of the languages; None where it names none, or several."""
    return _months().get(_bare(word))


def without_day(words: list[str]) -> list[str]:
    """Leave a day of the week before a date out, and the words between its parts."""
    kept = [word for word in words if word not in _BETWEEN]
    return kept[1:] if len(kept) > _DATE_WORDS and _bare(kept[0]) in _weekdays() else kept


def _bare(word: str) -> str:
    """Give a word without its dot and accents."""
    from unicodedata import normalize

    word = word.removesuffix(".")
    return word if word.isascii() else normalize("NFKD", word).encode("ascii", "ignore").decode()


@cache
def _months() -> dict[str, int]:
    found: dict[str, set[int]] = {}
    lines = [MONTHS, *(line.split() for line in _OTHER_MONTHS.split("\n") if line)]
    for names in lines:
        for number, name in enumerate(names, start=1):
            for beginning in _beginnings(_bare(name)):
                found.setdefault(beginning, set()).add(number)
    numbers = {word: meant.pop() for word, meant in found.items() if len(meant) == 1}
    return {**numbers, **_SHORTENED}


@cache
def _weekdays() -> frozenset[str]:
    names = [*DAYS, *_OTHER_DAYS.split()]
    # Of the other languages also the two letters that calendars have: ma 2 maart 2026.
    short = {_bare(name)[:2] for name in _OTHER_DAYS.split()}
    return frozenset(beginning for name in names for beginning in _beginnings(_bare(name))) | short


def _beginnings(name: str) -> list[str]:
    return [name[:length] for length in range(SHORTEST, len(name) + 1)]
