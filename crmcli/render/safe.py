"""The one function through which record data reaches a terminal."""

from __future__ import annotations

NEWLINE = "⏎"
_TAB = "⇥"
_PERSIAN_JOINER = "\u200c"
_EMOJI_JOINER = "\u200d"


def safe(text: str, *, lines: bool = False) -> str:
    r"""Make every character visible that would steer a terminal, hide text or turn its direction.

    Control characters, bidirectional overrides, zero-width and private-use characters and lone surrogates
    become `\uXXXX`, as JSON writes them; a line break, that of Windows too, becomes ⏎, unless `lines` keeps it.
    Markup is never read: `[red]` stays what it is. Joiners stay where scripts and emoji need them.
    """
    if text.isprintable():  # none of the dangerous characters is; nearly every value ends here
        return text
    text = text.replace("\r\n", "\n")
    return "".join([_visible(text, at, lines) for at in range(len(text))])


def _visible(text: str, at: int, lines: bool) -> str:  # noqa: FBT001 - called once a character, by position
    from unicodedata import category

    character = text[at]
    if character.isprintable():
        return character
    if character == "\n":
        return "\n" if lines else NEWLINE
    if character == "\t":
        return _TAB
    # Zs: spaces that are not U+0020; Cn: characters newer than this Python's Unicode.
    if category(character) in {"Zs", "Cn"} or _joins(text, at):
        return character
    return escape(character)


def _joins(text: str, at: int) -> bool:
    """Whether the joiner at `at` stands where it only shapes its neighbours."""
    if not 0 < at < len(text) - 1:
        return False
    before, after = text[at - 1], text[at + 1]
    if text[at] == _PERSIAN_JOINER:
        return "\u0620" <= before <= "\u06ff" and "\u0620" <= after <= "\u06ff"
    return text[at] == _EMOJI_JOINER and _is_emoji(before) and _is_emoji(after)


def _is_emoji(character: str) -> bool:
    return character == "\ufe0f" or "\u2600" <= character <= "\u27bf" or "\U0001f000" <= character <= "\U0001faff"


def escape(character: str) -> str:
    r"""Write a character as JSON does when it may only use ASCII: `\u001b`, or a surrogate pair."""
    code = ord(character)
    if code <= 0xFFFF:
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
