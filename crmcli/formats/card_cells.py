"""What a card says, as the cells of a row under the headings that importers know."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmcli.formats.card_lines import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from crmcli.formats.card_lines import Line

HEADINGS = (
    "Salutation", "First Name", "Middle Name", "Last Name", "Suffix", "Full Name", "Nickname",
    "Email", "Additional emails", "Phone", "Mobile Phone", "Fax", "Other phones",
    "Company", "Department", "Job Title", "Occupation",
    "Street", "PO Box", "City", "State", "Postal Code", "Country", "Other addresses",
    "Birthday", "Anniversary", "Gender", "Language", "Website", "Other websites", "LinkedIn", "Twitter", "Messaging",
    "Categories", "Notes", "UID",
)  # fmt: skip
# Properties whose content no column has because it says nothing of the person, and those that stand in a column.
SILENT = frozenset((
    "ADR", "ANNIVERSARY", "BDAY", "BEGIN", "CATEGORIES", "CLASS", "EMAIL", "END", "FN", "GENDER", "IMPP", "KIND",
    "LABEL", "LANG", "MAILER", "MEMBER", "N", "NAME", "NICKNAME", "NOTE", "ORG", "PRODID", "PROFILE", "REV", "ROLE",
    "SORT-STRING", "SOURCE", "TEL", "TITLE", "UID", "URL", "VERSION", "X-ABADR", "X-ABLABEL", "X-ABSHOWAS", "X-AIM",
    "X-ANNIVERSARY", "X-ICQ", "X-JABBER", "X-MSN", "X-SKYPE", "X-SKYPE-USERNAME", "X-SOCIALPROFILE", "X-TWITTER",
    "X-YAHOO", "XML", "CLIENTPIDMAP", "X-GENDER",
))  # fmt: skip
_ADDRESS = ("PO Box", "Extended", "Street", "City", "State", "Postal Code", "Country")
_NAME = ("Last Name", "First Name", "Middle Name", "Salutation", "Suffix")
_MOBILE = {"cell", "mobile", "iphone", "pcs", "car"}
_MESSENGERS = ("IMPP", "X-AIM", "X-ICQ", "X-JABBER", "X-MSN", "X-SKYPE", "X-SKYPE-USERNAME", "X-YAHOO")
_NO_PHONE = {"fax", "pager", "modem", "bbs"}
_DATE = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ].*)?")
_DAY = re.compile(r"--(\d\d)-?(\d\d)(?:T.*)?")


def card_cells(lines: Sequence[Line], *, person: bool) -> dict[str, str]:
    """Give the cells of a card by heading; those that it says nothing for are absent or ""."""
    by_name: dict[str, list[Line]] = {}
    for line in lines:
        by_name.setdefault(line.name, []).append(line)
    labels = {line.group: line.text() for line in by_name.get("X-ABLABEL", ()) if line.group}
    cells: dict[str, str] = {}
    for fill in (_address, _work, _web, _days):
        fill(by_name, cells)
    _several(cells, ("Email", "Additional emails"), _best(by_name.get("EMAIL", ())), _mail)
    _phones(by_name.get("TEL", ()), labels, cells)
    cells["Nickname"] = ", ".join(line.text() for line in by_name.get("NICKNAME", ()))
    cells["Notes"] = "\n".join(line.text() for line in by_name.get("NOTE", ()))
    cells["Categories"] = ";".join(
        filter(None, (plain(part).strip() for line in by_name.get("CATEGORIES", ()) for part in _listed(line.value)))
    )
    for heading, name in (("Gender", "GENDER"), ("Language", "LANG"), ("UID", "UID")):
        cells[heading] = next((line.text() for line in _best(by_name.get(name, ()))), "")
    names = _first_form(by_name.get("N", ()))
    full = next((line.text() for line in _best(by_name.get("FN", ()))), "")
    if person:
        _name(names, full, cells)
    else:
        cells["Company"] = cells["Company"] or full
    return cells


def _name(names: Sequence[Line], full: str, cells: dict[str, str]) -> None:
    """Fill in the parts of a name: from N, else from FN, which then is "First Last", or "Last, First"."""
    if names:
        cells |= dict(zip(_NAME, names[0].parts(), strict=False))
    if not (cells.get("First Name") or cells.get("Last Name")):
        last, comma, first = full.partition(",")
        if not comma:
            first, _, last = full.partition(" ")
        cells["First Name"], cells["Last Name"] = first.strip(), last.strip()
    said = {word for heading in _NAME for word in re.split(r"[\s,]+", cells.get(heading, ""))}
    if not set(re.split(r"[\s,]+", full)) <= said:
        cells["Full Name"] = full


def _address(by_name: Mapping[str, list[Line]], cells: dict[str, str]) -> None:
    found = [dict(zip(_ADDRESS, line.parts(), strict=False)) for line in _best(by_name.get("ADR", ()))]
    found = [address for address in found if any(address.values())]
    if found:
        first = found[0]
        first["Street"] = ", ".join(filter(None, (first.get("Street", ""), first.pop("Extended", ""))))
        cells |= first
    cells["Other addresses"] = "; ".join(", ".join(filter(None, address.values())) for address in found[1:])


def _work(by_name: Mapping[str, list[Line]], cells: dict[str, str]) -> None:
    units = next((line.parts() for line in _best(by_name.get("ORG", ()))), [""])
    cells["Company"] = units[0]
    cells["Department"] = " / ".join(filter(None, units[1:]))
    titles = [line.text() for line in _best(by_name.get("TITLE", ()))]
    roles = [line.text() for line in _best(by_name.get("ROLE", ()))]
    cells["Job Title"] = (titles or roles or [""])[0]
    if titles and roles and roles[0] != titles[0]:
        cells["Occupation"] = roles[0]


def _web(by_name: Mapping[str, list[Line]], cells: dict[str, str]) -> None:
    profiles = by_name.get("X-SOCIALPROFILE", [])
    for heading in ("LinkedIn", "Twitter"):
        word = heading.lower()
        cells[heading] = next(
            (line.text() for line in profiles if word in line.types or f"{word}.com" in line.value), ""
        )
    handles = [line.text() for line in by_name.get("X-TWITTER", ())]
    cells["Twitter"] = cells["Twitter"] or next(iter(handles), "")
    _several(cells, ("Website", "Other websites"), _best(by_name.get("URL", ())), lambda line: line.text())
    cells["Messaging"] = ";".join(line.text() for name in _MESSENGERS for line in by_name.get(name, ()))


def _days(by_name: Mapping[str, list[Line]], cells: dict[str, str]) -> None:
    for heading, names in (("Birthday", ("BDAY",)), ("Anniversary", ("ANNIVERSARY", "X-ANNIVERSARY"))):
        cells[heading] = next((_day(line) for name in names for line in _first_form(by_name.get(name, ()))), "")


def _day(line: Line) -> str:
    """Give a day as an ISO date, one without a year as --04-12; what is no date, such as "circa 1800", as it stands."""
    text = line.text()
    whole, yearless = _DATE.fullmatch(text), _DAY.fullmatch(text)
    if whole and line.marks.get("X-APPLE-OMIT-YEAR") == [whole[1]]:
        return f"--{whole[2]}-{whole[3]}"
    if whole:
        return f"{whole[1]}-{whole[2]}-{whole[3]}"
    return f"--{yearless[1]}-{yearless[2]}" if yearless else text


def _phones(lines: Sequence[Line], labels: Mapping[str, str], cells: dict[str, str]) -> None:
    """Share the numbers out: the best of each kind, the others together."""
    others = []
    for line in _best(lines):
        words = line.types | {labels.get(line.group, "").strip("_$!<>").lower()}
        heading = "Mobile Phone" if words & _MOBILE else "Fax" if "fax" in words else "Phone"
        number = _number(line)
        if cells.get(heading) or (words & _NO_PHONE and heading == "Phone"):
            others.append(number)
        else:
            cells[heading] = number
    taken = {cells.get(heading) for heading in ("Phone", "Mobile Phone", "Fax")}
    cells["Other phones"] = ";".join(dict.fromkeys(number for number in others if number not in taken))


def _number(line: Line) -> str:
    text = line.text()
    return text[4:].replace(";ext=", " ext. ") if text[:4].lower() == "tel:" else text


def _mail(line: Line) -> str:
    return line.text().removeprefix("mailto:")


def _several(
    cells: dict[str, str], headings: tuple[str, str], lines: Sequence[Line], text: Callable[[Line], str]
) -> None:
    """Put the first value under one heading, all others under a second one."""
    values = list(dict.fromkeys(filter(None, map(text, lines))))
    cells[headings[0]] = next(iter(values), "")
    cells[headings[1]] = ";".join(values[1:])


def _best(lines: Iterable[Line]) -> list[Line]:
    """Give lines with the preferred one first, then those at work."""
    return sorted(_first_form(lines), key=lambda line: (line.preference, not line.types & {"work", "dom"}))


def _first_form(lines: Iterable[Line]) -> list[Line]:
    """Give lines without those that say the same in another script or language (ALTID)."""
    seen: set[str] = set()
    kept = []
    for line in lines:
        form = next(iter(line.marks.get("ALTID", ())), "")
        if not form or form not in seen:
            kept.append(line)
        seen.add(form)
    return kept


def _listed(value: str) -> list[str]:
    from crmcli.formats.card_lines import divided

    return divided(value, ",")
