"""What a mail says, as the cells of a row."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC
from email.errors import MessageError
from typing import TYPE_CHECKING

from crmcli.formats.html_text import html_text
from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from email.message import Message

HEADINGS = (
    "Date", "Subject", "From", "From name", "To", "Cc", "Bcc", "Text", "Attachments", "Message ID", "In reply to",
)  # fmt: skip
_DEEPEST = 50  # parts within parts


@frozen
class Cells:
    """The cells of a mail; `doubts_date` says that it is the date of its delivery."""

    by_heading: Mapping[str, str]
    doubts_date: bool = False


def mail_cells(raw: bytes) -> Cells | None:
    """Give the cells of a mail by heading; None where it cannot be read at all."""
    from email import message_from_bytes

    try:
        return _cells(message_from_bytes(raw))
    except Exception:  # noqa: BLE001 - the standard library raises all kinds for broken mail, which costs one row
        return None


def _cells(mail: Message) -> Cells:
    headers: dict[str, list[str]] = {}
    for name, value in mail.raw_items():
        headers.setdefault(name.lower(), []).append(_decoded(str(value)))
    texts, pages, files = _contents(mail)
    senders = _addresses(headers, "from") or _addresses(headers, "sender")
    date = _date(headers.get("date", ()))
    delivered = _date([value.rpartition(";")[2] for value in headers.get("received", ())])
    cells = {
        "Date": date or delivered,
        "Subject": _first(headers, "subject"),
        "From": next((address for _, address in senders), ""),
        "From name": next((name for name, _ in senders), ""),
        "Text": "\n\n".join(filter(None, texts or pages)),
        "Attachments": ";".join(dict.fromkeys(files)),
        "Message ID": _first(headers, "message-id").strip("<>"),
        "In reply to": _first(headers, "in-reply-to").strip("<>"),
    }
    for heading in ("To", "Cc", "Bcc"):
        addresses = (address for _, address in _addresses(headers, heading.lower()))
        cells[heading] = ";".join(dict.fromkeys(addresses))
    return Cells({heading: cell.replace("\0", "") for heading, cell in cells.items()}, not date and bool(delivered))


def _contents(mail: Message) -> tuple[list[str], list[str], list[str]]:
    """Give the plain texts of a mail, the texts of its HTML pages, and the names of its attachments."""
    texts: list[str] = []
    pages: list[str] = []
    files: list[str] = []
    for part in _parts(mail, _DEEPEST):
        name = part.get_filename()
        kind = part.get_content_type()
        if kind == "message/rfc822":
            files.append(_decoded(name or "forwarded message"))
        elif part.get_content_disposition() == "attachment" or (name and kind != "text/plain"):
            files.append(_decoded(str(name or kind)))
        elif kind == "text/plain":
            texts.append(_text(part))
        elif kind == "text/html":
            pages.append(html_text(_text(part)))
        elif part.get_content_maintype() != "multipart":
            files.append(kind)
    return texts, pages, files


def _parts(mail: Message, depth: int) -> Iterator[Message]:
    """Give the parts of a mail that have no parts, and mails within it as they are."""
    inner: Sequence[Message] | object = mail.get_payload()
    if not isinstance(inner, list) or mail.get_content_type() == "message/rfc822" or not depth:
        yield mail
        return
    for part in inner:
        if not isinstance(part, str):
            yield from _parts(part, depth - 1)


def _text(part: Message) -> str:
    content = part.get_payload(decode=True)
    raw = content if isinstance(content, bytes) else b""
    for encoding in (part.get_content_charset() or "utf-8", "utf-8", "cp1252"):
        try:
            return raw.decode(encoding).replace("\r\n", "\n").strip()
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    return raw.decode("cp1252", "replace").replace("\r\n", "\n").strip()


def _decoded(value: str) -> str:
    """Give a header's text: unfolded, encoded words decoded, other bytes read as UTF-8 or else Windows-1252."""
    from email.header import decode_header, make_header

    raw = value.encode("ascii", "surrogateescape") if not _is_text(value) else value.encode()
    try:
        value = raw.decode("utf-8")
    except UnicodeDecodeError:
        value = raw.decode("cp1252", "replace")
    value = re.sub(r"\r?\n[ \t]*", " ", value)
    with suppress(LookupError, UnicodeError, MessageError, ValueError):  # an encoded word that is broken stays as it is
        value = str(make_header(decode_header(value))) if "=?" in value else value
    return value.encode("utf-8", "replace").decode().strip()


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _first(headers: Mapping[str, Sequence[str]], name: str) -> str:
    return next(iter(headers.get(name, ())), "").strip()


def _addresses(headers: Mapping[str, Sequence[str]], name: str) -> list[tuple[str, str]]:
    """Give the names and e-mail addresses of a header."""
    from email.utils import getaddresses

    found = getaddresses(list(headers.get(name, ())))
    return [(known_as, address.lower() if "@" in address else address) for known_as, address in found if address]


def _date(values: Sequence[str]) -> str:
    """Give the first date that can be read, in UTC; one without a time zone is in it."""
    from email.utils import parsedate_to_datetime

    for value in values:
        try:
            moment = parsedate_to_datetime(value.strip())
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).isoformat()[:19] + "Z"
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return ""
