"""Addresses on the internet: of mailboxes and of pages."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from crmcli.types.base import InvalidValue, NotStored, ValueType, quoted
from crmcli.types.columns import all_match
from crmcli.types.domain import NAME, to_ascii
from crmcli.types.text import usable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.types.base import Context, Stored

_LONGEST = 254
_LONGEST_LOCAL = 64
_LONGEST_PLAIN = 2_000  # a page's address beyond it is looked at by itself
_SCHEMES = ("https", "http", "ftp")
_IP_ADDRESS = r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}|\[[0-9a-fA-F:.]+\]"


class NotAnEmail(InvalidValue):
    """Text that is not one e-mail address alone."""

    def __init__(self, text: str) -> None:
        inner = re.search(r"<\s*([^<>@\s]+@[^<>@\s]+)\s*>", text)
        hint = f"write the address alone: {inner[1]}" if inner else "write it like name@example.com"
        super().__init__(f"{quoted(text)} is not an e-mail address", hint)


class NotAUrl(InvalidValue):
    """Text that is not the address of a page."""

    def __init__(self, text: str, hint: str = "write it like https://example.com/page") -> None:
        super().__init__(f"{quoted(text)} is not a web address", hint)


@cache
def _plain_url() -> re.Pattern[str]:
    return re.compile(rf"https?://{NAME}(?::[0-9]{{1,5}})?(?:[/?#][!#-;=?-~]*)?")


@cache
def _ascii_email() -> re.Pattern[str]:
    local = r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]"
    return re.compile(rf"{local}{{1,{_LONGEST_LOCAL}}}@{NAME}")


class Email(ValueType):
    """The address of a mailbox, in lower case, its domain in ASCII."""

    name = "email"
    doc = "An e-mail address, alone: name@example.com."

    def parse(self, text: str, context: Context) -> Stored:  # noqa: ARG002
        """Read an address and lower its case; raise NotAnEmail."""
        address = text.strip().lower()
        if len(address) <= _LONGEST and _ascii_email().fullmatch(address):
            return address
        found = _foreign(address)
        if found is None:
            raise NotAnEmail(text)
        return found

    def parse_many(self, texts: Sequence[str], context: Context) -> list[Stored | InvalidValue | None]:
        """Match ASCII addresses at once, read the rest cell by cell."""
        match, parse_cell = _ascii_email().fullmatch, self.parse_cell
        return [low if len(low := t.lower()) <= _LONGEST and match(low) else parse_cell(t, context) for t in texts]

    def accept(self, value: object) -> Stored:
        """Take an address in lower case, its domain in ASCII."""
        if (
            isinstance(value, str)
            and len(value) <= _LONGEST
            and (_ascii_email().fullmatch(value) or _foreign(value.lower()) == value)
        ):
            return value
        raise NotStored(value, "an e-mail address in lower case")

    def accept_many(self, values: Sequence[object]) -> list[Stored | InvalidValue | None]:
        """Match a column of ASCII addresses as a whole, any other value by value."""
        if all_match(_ascii_email().pattern, values, _LONGEST):
            return list(values)  # type: ignore[arg-type]  # texts and None, as just seen
        return super().accept_many(values)


def _foreign(address: str) -> str | None:
    """Read an address with letters beyond ASCII; None where it is none."""
    local, _, host = address.removeprefix("mailto:").partition("@")
    domain = to_ascii(host) if host else None
    if domain is None or not 0 < len(local) <= _LONGEST_LOCAL or len(local) + len(domain) >= _LONGEST:
        return None
    if not local.isprintable() or re.search(r'[\s<>(),;:\\"\[\]@]', local):
        return None
    return f"{local}@{domain}"


class Url(ValueType):
    """The address of a page: http, https or ftp."""

    name = "url"
    doc = "A web address; https:// is added where no scheme is typed."

    def parse(self, text: str, context: Context) -> Stored:  # noqa: ARG002
        """Add https:// where no scheme is typed; raise NotAUrl."""
        address = usable(text.strip())
        if _plain_url().fullmatch(address):
            return address
        scheme = re.match(r"([a-zA-Z][a-zA-Z0-9+.-]*):(?![0-9])", address)
        if scheme is None:
            address = "https://" + address.removeprefix("//")
        elif scheme[1].lower() == "mailto":
            raise NotAUrl(text, "an e-mail address belongs in a property of its own")
        elif scheme[1].lower() not in _SCHEMES:
            raise NotAUrl(text, f"only {', '.join(_SCHEMES)} addresses are kept")
        if not _is_url(address):
            raise NotAUrl(text)
        return address

    def parse_many(self, texts: Sequence[str], context: Context) -> list[Stored | InvalidValue | None]:
        """Match plain addresses at once, read the rest cell by cell."""
        match, parse_cell = _plain_url().fullmatch, self.parse_cell
        return [t if len(t) <= _LONGEST_PLAIN and match(t) else parse_cell(t, context) for t in texts]

    def accept(self, value: object) -> Stored:
        """Take an address with its scheme."""
        if isinstance(value, str) and (_plain_url().fullmatch(value) or _is_url(value)):
            return usable(value)
        raise NotStored(value, "a web address with its scheme, like https://example.com")

    def accept_many(self, values: Sequence[object]) -> list[Stored | InvalidValue | None]:
        """Match a column of plain addresses as a whole, any other value by value."""
        if all_match(_plain_url().pattern, values, _LONGEST_PLAIN):
            return list(values)  # type: ignore[arg-type]  # texts and None, as just seen
        return super().accept_many(values)

    def canonical(self, value: Stored) -> str:
        """Give the address with scheme and host in lower case and without a slash at the end."""
        scheme, _, rest = str(value).partition("://")
        host, slash, path = rest.partition("/")
        return f"{scheme.lower()}://{host.lower()}{slash}{path}".rstrip("/")


def _is_url(address: str) -> bool:
    scheme, _, rest = address.partition("://")
    if scheme.lower() not in _SCHEMES or not address.isprintable() or re.search(r'[\s<>"]', address):
        return False
    host = re.sub(r":[0-9]*$", "", re.split(r"[/?#]", rest, maxsplit=1)[0].rpartition("@")[2])
    return host.lower() == "localhost" or bool(re.fullmatch(_IP_ADDRESS, host)) or to_ascii(host) is not None
