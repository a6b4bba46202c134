"""Text out of HTML."""

from __future__ import annotations

import pytest

from crmcli.services.plain_text import plain_text


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("as it is\n  two lines", "as it is\n  two lines"),
        ("3 < 4 and 5 > 2", "3 < 4 and 5 > 2"),
        ("<ada@example.com> wrote", "<ada@example.com> wrote"),
        ("<p>One</p><p>Two &amp; three</p>", "One\nTwo & three"),
        ("<div>Ring <b>now</b><br/>or <A HREF='x'>later</A></div>", "Ring now\nor later"),
        ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
        ("", ""),
    ],
)
def test_tags_go_and_breaks_stay(text, plain):
    assert plain_text(text) == plain
