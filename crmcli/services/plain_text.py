"""Text out of HTML: what another system keeps as a page is read as text, and a text stays as it is."""

from __future__ import annotations

import re

_TAG = r"</?(p|br|div|span|li|ul|ol|b|i|u|em|strong|a|h[1-6]|table|tr|td|blockquote|html|body)\b[^<>]*>"
_BREAKS = frozenset({"p", "br", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote"})


def plain_text(text: str) -> str:
    """Take the tags of HTML out of a text, with line breaks where they make some; a text without any is as it was."""
    if "<" not in text or not re.search(_TAG, text, re.IGNORECASE):
        return text
    from html import unescape

    broken = re.sub(_TAG, lambda tag: "\n" if tag[1].lower() in _BREAKS else "", text, flags=re.IGNORECASE)
    lines = [" ".join(line.split()) for line in unescape(broken).split("\n")]
    return "\n".join(line for line in lines if line)
