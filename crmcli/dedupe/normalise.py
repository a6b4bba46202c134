"""Columns of text become fields of numbers, folded by what they mean."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from crmcli.dedupe.fields import Words, field
from crmcli.dedupe.folding import encoded, folded, lines_of, renumbered, replaced, spaced, without
from crmcli.dedupe.words import (
    CITY_WORDS,
    LEGAL,
    ORGANISATION_WORDS,
    SMALL,
    STREET_WORDS,
    SUFFIXES,
    TITLES,
    UNITS,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from numpy.typing import NDArray

    from crmcli.dedupe.fields import Field
    from crmcli.dedupe.table import Column

_CROSSWISE = ("email", "phone", "domain", "org")
_NO_NUMBER = bytes(byte for byte in range(128) if chr(byte) not in "0123456789x#;\n")  # x: an extension follows
_PROTOCOL = re.compile(r"^(?:[a-z]+:)?//", re.MULTILINE)


def fields(columns: Iterable[Column], blocked: Collection[str] = ()) -> list[Field]:
    """Give the fields of these columns that hold anything; a full name becomes its two parts."""
    gone = frozenset(folded(list(blocked)))
    parts: dict[tuple[str, str], list[tuple[str, list[str], NDArray[np.int32]]]] = {}
    for column in columns:
        for name, meaning, words, codes in _parts(column, gone):
            key = (meaning, "" if meaning in _CROSSWISE else name)
            parts.setdefault(key, []).append((name, words, codes))
    found = [_together(meaning, several) for (meaning, _), several in parts.items()]
    return _named([one for one in found if one.words])


_Part = tuple[str, str, list[str], "NDArray[np.int32]"]


def _parts(column: Column, blocked: Collection[str]) -> Iterable[_Part]:
    distinct, codes = encoded(column.values)
    words = folded(distinct)
    if blocked:
        words = ["" if word in blocked else word for word in words]
    if column.meaning == "name":
        given, surname = _split_names(words)
        yield (column.name, "given", *renumbered(given_names(given), codes))
        yield (column.name, "surname", *renumbered(surnames(surname), codes))
    elif column.meaning == "email":
        mails = emails(words)
        yield (column.name, "email", *renumbered(mails, codes))
        yield (column.name, "domain", *renumbered([mail.partition("@")[2] for mail in mails], codes))
    else:
        yield (column.name, column.meaning, *renumbered(_NORMAL[column.meaning](words), codes))


def _together(meaning: str, parts: Sequence[tuple[str, list[str], NDArray[np.int32]]]) -> Field:
    names = tuple(name for name, _, _ in parts)
    if len(parts) == 1:
        _, words, codes = parts[0]
        return field(names, meaning, words, codes)
    words, numbers = encoded([word for _, several, _ in parts for word in several])
    shifted, start = [], 0
    for _, several, codes in parts:
        own = numbers[start : start + len(several)]
        shifted.append(np.where(codes < 0, -1, own[codes]) if len(own) else codes)
        start += len(several)
    return field(names, meaning, words, np.stack(shifted, axis=1).astype(np.int32))


def _named(found: list[Field]) -> list[Field]:
    """Give given names and surnames one list of words, so that swapped names are equal numbers."""
    names = [one for one in found if one.meaning in ("given", "surname")]
    distinct, numbers = encoded([word for one in names for word in one.words])
    words, start = Words(distinct), 0
    for one in names:
        own = numbers[start : start + len(one.words)]
        start += len(one.words)
        codes = np.where(one.codes < 0, -1, own[one.codes]) if len(own) else one.codes
        found[found.index(one)] = field(one.columns, one.meaning, words, codes.astype(np.int32))
    return found


def _split_names(names: Sequence[str]) -> tuple[list[str], list[str]]:
    given, surname = [], []
    for name in names:
        last, comma, first = name.partition(",")
        if not comma or not first.strip():
            words = [word for word in last.split() if word.strip(".") not in SUFFIXES] or last.split()
            first, last = " ".join(words[:-1]), words[-1] if words else ""
        given.append(first)
        surname.append(last)
    return given, surname


def given_names(values: Sequence[str]) -> list[str]:
    """Take titles off, and initials that follow a name."""
    return [_given(line.split()) for line in spaced(_undotted(values))]


def _given(words: Sequence[str]) -> str:
    words = [word for word in words if word not in TITLES]
    return " ".join(word for word in words if len(word) > 1) or " ".join(words)


def surnames(values: Sequence[str]) -> list[str]:
    """Take titles and what follows a name ("Jr", "PhD") off."""
    return [_surname(line.split()) if " " in line else line for line in spaced(_undotted(values))]


def _surname(words: Sequence[str]) -> str:
    return " ".join(word for word in words if word not in SUFFIXES and len(word) > 1) or " ".join(words)


def _undotted(values: Sequence[str]) -> list[str]:
    return lines_of("\n".join(values).replace(".", " "), len(values))


def organisations(values: Sequence[str]) -> list[str]:
    """Take legal forms and small words off, dots within abbreviations, and put common words short."""
    text = re.sub(r"(?<=\w)\.(?=\w)", "", "\n".join(values)).replace("&", " and ").replace(".", " ")
    return [_organisation(line.split()) for line in spaced(lines_of(text, len(values)))]


def _organisation(words: Sequence[str]) -> str:
    kept = [word for word in words if word not in LEGAL and word not in SMALL]
    return replaced(kept, ORGANISATION_WORDS) or " ".join(kept) or " ".join(words)


def emails(values: Sequence[str]) -> list[str]:
    """Take tags off ("+crm") and what is no address."""
    return [_email(value) for value in values]


def _email(value: str) -> str:
    local, _, domain = value.removeprefix("mailto:").strip("<> ").partition("@")
    if not local or not domain or " " in value or "@" in domain:
        digits = "".join(filter(str.isdigit, value))  # an address that was spoiled may have its number left
        return f"{digits}@" if len(digits) >= 4 and "@" not in value else ""
    return f"{local.partition('+')[0] or local}@{domain.rstrip('.')}"


def phones(values: Sequence[str]) -> list[str]:
    """Give the last ten digits, without an extension; what has fewer than six is no number of anybody."""
    text = without("\n".join(values), _NO_NUMBER, r"[^\dx#;\n]+")
    return [_phone(line) for line in lines_of(re.sub("[x#;].*", "", text), len(values))]


def _phone(digits: str) -> str:
    digits = digits.lstrip("0")
    digits = digits[1:11] if len(digits) > 11 and digits[0] == "1" else digits[-10:]  # +1 and an extension
    return digits if len(digits) >= 6 and digits.count(digits[0]) < len(digits) else ""


def streets(values: Sequence[str]) -> list[str]:
    """Put kinds of street short, numbers first; a flat's number goes."""
    text = (
        re.sub(r"str(?<=[^\W\d]{3}str)(asse)?\b\.?", r" st", "\n".join(values)).replace(".", " ").replace("#", " unit ")
    )
    return [_street(line.split()) for line in spaced(lines_of(text, len(values)))]


def _street(words: list[str]) -> str:
    if not UNITS.isdisjoint(words[1:]):
        place = next(place for place, word in enumerate(words) if word in UNITS and place)
        words = words[:place] + words[place + 2 :]
    return replaced(words, STREET_WORDS)


def cities(values: Sequence[str]) -> list[str]:
    """Put common words of places short."""
    return [replaced(line.split(), CITY_WORDS) for line in spaced(values)]


def postcodes(values: Sequence[str]) -> list[str]:
    """Leave spaces out, and what follows the five digits of a ZIP code."""
    text = re.sub(r"(?m)^(\d{5})-?\d{4}$", r"\1", "\n".join(values))
    return [_postcode(line) for line in lines_of(re.sub(r"[^\w\n]+", "", text), len(values))]


def _postcode(code: str) -> str:
    return code if len(set(code)) > 1 or not code.isdigit() or len(code) < 4 else ""


def domains(values: Sequence[str]) -> list[str]:
    """Give the host of an address on the web, without www."""
    text = _PROTOCOL.sub("", "\n".join(values))
    text = re.sub(r"(?m)^www\d?\.", "", re.sub(r"(?m)[/?#:].*$", "", text))
    return [line.strip(" .") for line in lines_of(text, len(values))]


def dates(values: Sequence[str]) -> list[str]:
    """Give eight digits, the year first, where the writing is known."""
    return [_date(value) for value in values]


def _date(value: str) -> str:
    numbers = re.findall(r"\d+", value.partition("t")[0] if "t" in value else value)
    if len(numbers) >= 3 and len(numbers[0]) == 4:
        return f"{numbers[0]}{numbers[1]:0>2}{numbers[2]:0>2}"
    if len(numbers) == 3 and len(numbers[2]) == 4:
        return f"{numbers[2]}{numbers[0]:0>2}{numbers[1]:0>2}"
    digits = "".join(numbers)
    if len(numbers) == 1 and len(digits) == 8 and not 1000 <= int(digits[:4]) < 2200:
        return digits[4:] + digits[:4]
    return digits or value


def identifiers(values: Sequence[str]) -> list[str]:
    """Leave what is neither letter nor digit out."""
    return lines_of(re.sub(r"[^\w\n]+|_+", "", "\n".join(values)), len(values))


_NORMAL: dict[str, Callable[[Sequence[str]], list[str]]] = {
    "given": given_names,
    "surname": surnames,
    "org": organisations,
    "phone": phones,
    "street": streets,
    "house": spaced,
    "city": cities,
    "state": spaced,
    "postcode": postcodes,
    "country": spaced,
    "date": dates,
    "domain": domains,
    "id": identifiers,
    "category": spaced,
    "text": spaced,
}
