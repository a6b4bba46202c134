"""Reading the text of JSON: value by value with the line of each, numbers with the digits that they have there."""

from __future__ import annotations

import codecs
import json
import re
from json import JSONDecodeError
from typing import TYPE_CHECKING, Any

from crmcli.errors import CrmError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO, NoReturn

_CHUNK = 1 << 16  # bytes
_NEAR = 64  # characters before the end of what is read in which a mistake may be none: more text comes
_LARGEST_POWER = 400  # of ten, that a number may be written with
_LONGEST_NUMBER = 1_000  # characters of one with an exponent
_SPACE = re.compile(r"[ \t\r\n]*")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")  # half a character, as an escape


class UnreadableJson(CrmError):
    """A file that is no JSON, from some line on."""

    def __init__(self, name: str, line: int, reason: str) -> None:
        self.line = line
        super().__init__(
            f'"{name}" cannot be read as JSON (line {line}): {reason}', "Repair the line; nothing was read"
        )


class WrongJson(ValueError):
    """A value that cannot be taken; `text` is as it stands in the file."""

    def __init__(self, reason: str, text: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.text = text


def decoded(file: BinaryIO, name: str) -> Iterator[str]:
    """Give the text of an open file from its start, in pieces; bytes that are no UTF-8 become lone surrogates."""
    file.seek(0)
    encoding = json.detect_encoding(file.read(4))
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)("surrogateescape" if encoding.startswith("utf-8") else "strict")
    try:
        while chunk := file.read(_CHUNK):
            yield decoder.decode(chunk)
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise UnreadableJson(name, 1, f"it begins like {encoding.upper()}, but is not all of it") from None


def lines_of(file: BinaryIO, name: str) -> Iterator[tuple[int, Any]]:
    """Give the value on each line that is not blank, or a WrongJson; with the line's number."""
    for number, line in enumerate(_lines(decoded(file, name)), start=1):
        text = line.strip(" \t\r")
        if text:
            try:
                value, end = _value(text, 0)
                yield number, value if end == len(text) else WrongJson("text follows its end", text)
            except (WrongJson, JSONDecodeError) as error:
                yield number, WrongJson(_reason(error), text)


def values_of(file: BinaryIO, name: str) -> Iterator[tuple[int, Any]]:
    """Give the values of an array one by one, or those that stand one after another; raise UnreadableJson.

    Each comes with the line on which it begins; what is in memory is one value and the text around it.
    """
    text = _Text(decoded(file, name), name)
    if text.next() != "[":
        while text.next():
            yield text.line, text.value()
        return
    text.skip()
    if text.next() != "]":
        yield text.line, text.value()
        while text.next() == ",":
            text.skip()
            text.next()
            yield text.line, text.value()
        if text.next() != "]":
            text.refuse("here a comma or the end of the list is missing")
    text.skip()
    if text.next():
        text.refuse("text follows the end of the list")


class _Text:
    """Text that is read as far as it is needed, and forgotten when it has been."""

    def __init__(self, pieces: Iterator[str], name: str) -> None:
        self._pieces = pieces
        self._name = name
        self._held = ""
        self._at = 0
        self.line = 1

    def next(self) -> str:
        """Give the next character that is no blank, "" at the end; it is not taken."""
        while True:
            found = _SPACE.match(self._held, self._at)
            self._take(found.end() if found else self._at)
            if self._at < len(self._held):
                return self._held[self._at]
            if not self._more():
                return ""

    def skip(self) -> None:
        """Take the next character."""
        self._take(self._at + 1)

    def value(self) -> Any:  # noqa: ANN401 - any JSON
        """Take the value that begins here."""
        while True:
            try:
                value, end = _value(self._held, self._at)
            except WrongJson as error:
                self.refuse(error.reason)
            except JSONDecodeError as error:
                unclear = error.pos > len(self._held) - _NEAR or error.msg.startswith("Unterminated")
                if not (unclear and self._more()):
                    self._take(error.pos)
                    self.refuse(_reason(error))
            else:
                if end < len(self._held) or not self._more():  # a number may go on
                    self._take(end)
                    return value

    def refuse(self, reason: str) -> NoReturn:
        """Say that the text is wrong where reading stands."""
        raise UnreadableJson(self._name, self.line, reason)

    def _take(self, end: int) -> None:
        self.line += self._held.count("\n", self._at, end)
        self._at = end

    def _more(self) -> bool:
        """Read as much again as is held, so that a long value is looked at few times."""
        self._held = self._held[self._at :]
        self._at = 0
        wanted, found = len(self._held), []
        for piece in self._pieces:
            found.append(piece)
            wanted -= len(piece)
            if wanted <= 0 and piece:
                break
        self._held += "".join(found)
        return any(found)


def _lines(pieces: Iterator[str]) -> Iterator[str]:
    begun: list[str] = []
    for piece in pieces:
        first, *more = piece.split("\n")
        begun.append(first)
        if more:
            yield "".join(begun)
            begun = [more.pop()]
            yield from more
    yield "".join(begun)


def _value(text: str, start: int) -> tuple[Any, int]:
    """Read the value that begins at `start`; give it and where it ends. Raises JSONDecodeError or WrongJson."""
    try:
        value, end = _DECODER.raw_decode(text, start)
    except RecursionError:
        raise WrongJson("its lists or objects are nested too deeply") from None
    if not text.isascii() or _SURROGATE.search(text, start, end):
        try:
            text[start:end].encode()
            json.dumps(value, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            raise WrongJson("it holds bytes that are no UTF-8, or half a character") from None
    return value, end


def _reason(error: WrongJson | JSONDecodeError) -> str:
    if isinstance(error, WrongJson):
        return error.reason
    return f"{error.msg[:1].lower()}{error.msg[1:].removesuffix(' at')} (column {error.colno})"


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise WrongJson(f'the name "{twice}" stands twice in an object')
    return value


def _number(text: str) -> str:
    """Give a number's digits without an exponent."""
    if "e" not in text and "E" not in text:
        return "0" if text == "-0" else text
    from decimal import Decimal

    if len(text) > _LONGEST_NUMBER or abs(int(re.split("[eE]", text)[1])) > _LARGEST_POWER:
        raise WrongJson(f"the number {text[:40]} is out of all bounds")
    return format(Decimal(text), "f")


def _constant(text: str) -> NoReturn:
    raise WrongJson(f"{text} is no number that JSON has")


_DECODER = json.JSONDecoder(parse_float=_number, parse_int=_number, parse_constant=_constant, object_pairs_hook=_object)
