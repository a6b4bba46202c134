"""Writing mail as an mbox: one message after the other, lines that begin with From marked. References: RFC 4155."""

from __future__ import annotations

import re
from email.header import Header
from email.utils import format_datetime
from typing import TYPE_CHECKING

from crmcli.formats.card_writing import printable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

_FROM = re.compile(r"(?m)^(>*From )")
_ADDRESS = re.compile(r"[!-~]+@[!-~]+")  # ASCII without blanks, as in the line between messages
_NOBODY = "MAILER-DAEMON"
_ADDRESSED = ("To", "Cc", "Bcc")
_CONTENT = {
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Transfer-Encoding": "8bit",
}


def message(cells: Mapping[str, str], at: datetime | None, identity: str) -> bytes:
    """Give a message with the line that begins it, of what stands under the headings that mail is read as."""
    sender = _line(cells.get("From", ""))
    headers = {
        "From": sender,
        **{name: ", ".join(map(_line, cells.get(name, "").split(";"))) for name in _ADDRESSED},
        "Subject": _line(cells.get("Subject", "")),
        "Date": format_datetime(at) if at else "",
        "Message-ID": f"<{identity}>",
        **_CONTENT,
    }
    lines = [f"{name}: {_encoded(name, value)}" for name, value in headers.items() if value]
    envelope = sender if _ADDRESS.fullmatch(sender) else _NOBODY
    when = f"{at:%a %b %d %H:%M:%S %Y}" if at else "Thu Jan 01 00:00:00 1970"
    text = _FROM.sub(r">\1", printable(cells.get("Text", "")))
    return "\n".join([f"From {envelope} {when}", *lines, "", text, "", ""]).encode()


def _encoded(name: str, value: str) -> str:
    """Give a header's value in ASCII, broken where it is long."""
    charset = "us-ascii" if value.isascii() else "utf-8"
    return Header(value, charset, header_name=name).encode(linesep="\n")


def _line(text: str) -> str:
    return " ".join(printable(text).split())
