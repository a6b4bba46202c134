"""Writing vCards 4.0: escaped values in lines of 75 bytes. References: RFC 6350."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LONGEST = 75  # bytes of a line
_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", ",": "\\,", ";": "\\;"})
_NAME = ("Last Name", "First Name", "Middle Name", "Salutation", "Suffix")
_ADDRESS = ("PO Box", "Extended", "Street", "City", "State", "Postal Code", "Country")
# Headings whose values are the values of lines of their own, in the order of the card.
_LINES: Mapping[str, str] = {
    "Nickname": "NICKNAME",
    "Phone": "TEL;TYPE=voice",
    "Mobile Phone": "TEL;TYPE=cell",
    "Fax": "TEL;TYPE=fax",
    "Job Title": "TITLE",
    "Language": "LANG",
    "Website": "URL",
    "LinkedIn": "X-SOCIALPROFILE;TYPE=linkedin",
    "Twitter": "X-SOCIALPROFILE;TYPE=twitter",
    "Notes": "NOTE",
}
_GENDERS = {"female": "F", "male": "M", "f": "F", "m": "M"}


def card(cells: Mapping[str, str], *, person: bool) -> str:
    """Give a card of what stands under the headings that cards are read as; "Full Name" and "UID" must be there."""
    lines = [
        "BEGIN:VCARD",
        "VERSION:4.0",
        f"KIND:{'individual' if person else 'org'}",
        *_properties(cells, person=person),
    ]
    return "".join(f"{folded(line)}\r\n" for line in [*lines, "END:VCARD"])


def _properties(cells: Mapping[str, str], *, person: bool) -> Iterator[str]:
    yield f"UID;VALUE=text:{_escaped(cells['UID'])}"
    yield f"FN:{_escaped(cells['Full Name'])}"
    if person and any(cells.get(heading) for heading in _NAME):
        yield f"N:{_joined(cells, _NAME)}"
    if cells.get("Company"):
        unit = f";{_escaped(cells['Department'])}" if cells.get("Department") else ""
        yield f"ORG:{_escaped(cells['Company'])}{unit}"
    addresses = filter(None, [cells.get("Email", ""), *cells.get("Additional emails", "").split(";")])
    yield from (f"EMAIL{'' if rank else ';PREF=1'}:{_escaped(address)}" for rank, address in enumerate(addresses))
    yield from (f"{name}:{_escaped(cells[heading])}" for heading, name in _LINES.items() if cells.get(heading))
    if any(cells.get(heading) for heading in _ADDRESS):
        yield f"ADR:{_joined(cells, _ADDRESS)}"
    days = {"BDAY": cells.get("Birthday", "").replace("-", "")}
    words = {"GENDER": _GENDERS.get(cells.get("Gender", "").casefold(), "")}
    yield from (f"{name}:{_escaped(value)}" for name, value in (days | words).items() if value)


def _joined(cells: Mapping[str, str], headings: tuple[str, ...]) -> str:
    return ";".join(_escaped(cells.get(heading, "")) for heading in headings)


def _escaped(value: str) -> str:
    return printable(value).translate(_ESCAPES)


def printable(value: str) -> str:
    """Give a text without control characters, with LF for each end of a line: nothing in it begins a line of a file."""
    text = value.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return "".join(character for character in text if character in "\n\t" or not _is_control(character))


def _is_control(character: str) -> bool:
    return character < " " or "\x7f" <= character <= "\x9f"


def folded(line: str) -> str:
    """Break a line so that none of its parts is longer than 75 bytes, and no character is broken."""
    if len(line.encode()) <= _LONGEST:
        return line
    parts, part, size = [], "", 0
    for character in line:
        width = len(character.encode())
        if size + width > _LONGEST:
            parts.append(part)
            part, size = " ", 1
        part, size = part + character, size + width
    return "\r\n".join([*parts, part])
