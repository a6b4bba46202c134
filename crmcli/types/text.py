"""Text: one line or many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.types.base import InvalidValue, NotStored, ValueType, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import ClassVar

    from crmcli.types.base import Context, Stored

LONGEST = 65_536  # characters of a string


class UnusableText(InvalidValue):
    """Text that no file or index can hold: it has a NUL or half of a surrogate pair in it."""

    def __init__(self, text: str, what: str) -> None:
        super().__init__(f"{quoted(text)} holds {what}", "remove the character; a binary file is not text")


class TextTooLong(InvalidValue):
    """Text that is longer than its property takes."""

    def __init__(self, text: str, longest: int) -> None:
        super().__init__(
            f"{quoted(text)} has {len(text):,} characters, the longest allowed is {longest:,}",
            "shorten it, or keep it in a property of long text",
        )


def encodable(text: str) -> bool:
    """Whether the text can be written as UTF-8: no half of a surrogate pair stands alone."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def usable(text: str, longest: int | None = LONGEST) -> str:
    """Give back text that files and the index can hold, of at most `longest` characters; raise InvalidValue."""
    if longest is not None and len(text) > longest:
        raise TextTooLong(text, longest)
    if "\0" in text:
        raise UnusableText(text, "a NUL character")
    if not encodable(text):
        raise UnusableText(text, "half of a surrogate pair")
    return text


class Text(ValueType):
    """Long text, of any length; white space around it goes."""

    name = "text"
    doc = "Any text, of any length, with line breaks."
    longest: ClassVar[int | None] = None

    def parse(self, text: str, context: Context) -> Stored:  # noqa: ARG002
        """Strip white space around the text; raise UnusableText or TextTooLong."""
        return usable(text.strip(), self.longest)

    def parse_many(self, texts: Sequence[str], context: Context) -> list[Stored | InvalidValue | None]:
        """Look for bad characters in the whole column at once; cell by cell only if there is one."""
        if self._all_usable(texts):
            return [t.strip() or None for t in texts]
        return [self.parse_cell(t, context) for t in texts]

    def accept(self, value: object) -> Stored:
        """Take any string that `parse` would not refuse."""
        if not isinstance(value, str):
            raise NotStored(value, "a string")
        return usable(value, self.longest)

    def accept_many(self, values: Sequence[object]) -> list[Stored | InvalidValue | None]:
        """Check the column as a whole first, then value by value only if something is wrong in it."""
        texts = [v for v in values if type(v) is str]
        if len(texts) + values.count(None) == len(values) and self._all_usable(texts):
            return list(values)  # type: ignore[arg-type]  # strings and None, as just counted
        return super().accept_many(values)

    def _all_usable(self, texts: Sequence[str]) -> bool:
        if self.longest is not None and max(map(len, texts), default=0) > self.longest:
            return False
        joined = "".join(texts)
        return "\0" not in joined and encodable(joined)


class String(Text):
    """Text of up to 65,536 characters; white space around it goes."""

    name = "string"
    doc = f"Any text of up to {LONGEST:,} characters."
    longest: ClassVar[int | None] = LONGEST
