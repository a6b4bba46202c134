"""Domain names: lower-case ASCII, and the part of one that someone registered."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from crmcli.types.base import InvalidValue, NotStored, ValueType, quoted

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

    from crmcli.types.base import Context, Stored

# One label: letters, figures and inner dashes.
LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# The last label is never a number: that would be an IP address.
NAME = rf"(?:{LABEL}\.)+(?![0-9]+(?![a-z0-9.-])){LABEL}"
_LONGEST = 253


class NotADomain(InvalidValue):
    """Text in which there is no domain name."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{quoted(text)} is not a domain name", "write it like example.com")


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(NAME)


@cache
def _in_address() -> re.Pattern[str]:
    return re.compile(
        r"(?:(?:[a-zA-Z][a-zA-Z0-9+.-]*:)?//)?(?:[^/?#\\]*@)?([^/?#\\@:]+)(?::[0-9]*)?(?:[/?#\\].*)?", re.DOTALL
    )


def to_ascii(host: str) -> str | None:
    """Give a domain name in lower-case ASCII, its foreign labels in IDNA; None where it is not valid."""
    if len(host) > _LONGEST + 1:  # with a dot at the end
        return None
    name = host.lower()
    if not name.isascii():
        from idna import IDNAError, encode

        try:
            name = encode(host, uts46=True).decode()
        except (IDNAError, UnicodeError):
            return None
    name = name.removesuffix(".")
    return name if len(name) <= _LONGEST and _pattern().fullmatch(name) else None


class Domain(ValueType):
    """A domain name without scheme, www., port and path."""

    name = "domain"
    doc = "A domain name; the address of a page or of a mailbox is cut down to it."

    def parse(self, text: str, context: Context) -> Stored:  # noqa: ARG002
        """Cut a domain name out of what was typed; raise NotADomain."""
        found = _in_address().fullmatch(text.strip())
        name = to_ascii(found[1]) if found else None
        if name is None:
            raise NotADomain(text)
        while name.startswith("www.") and "." in name[4:]:
            name = name[4:]
        return name

    def accept(self, value: object) -> Stored:
        """Take a name in lower-case ASCII without www."""
        if isinstance(value, str) and to_ascii(value) == value and not re.match(r"www\..*\.", value):
            return value
        raise NotStored(value, "a domain name like example.com")


@cache
def _suffixes() -> PublicSuffixList:
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()


@lru_cache(maxsize=65_536)
def registrable(domain: str) -> str:
    """Give the part of a domain that someone registered: "mail.acme.co.uk" → "acme.co.uk".

    A domain that is itself a public suffix, such as "co.uk", comes back as it is.

    References: https://publicsuffix.org/list/, as the publicsuffixlist package ships it.
    """
    return _suffixes().privatesuffix(domain) or domain
