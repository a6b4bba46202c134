"""The beginning and the end of a page of HTML: it needs no network, and runs nothing but what stands in it here."""

from __future__ import annotations

from html import escape

from crmcli.render.safe import safe

_HEAD = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{styles}@media print {{ body {{ margin: 0 }} }}
</style>
</head>
<body>
"""
END = "</body>\n</html>\n"
_NOTHING = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def beginning(title: str, styles: str, script: str = "") -> str:
    """Give all that comes before a page's content; `styles` are lines of CSS, the title is any text.

    `script` is the one that `ending` puts at the end; the page's policy lets no other run.
    """
    policy = f"{_NOTHING}; script-src '{_digest(script)}'" if script else _NOTHING
    return _HEAD.format(title=escape(safe(title)), styles=styles, policy=policy)


def ending(script: str) -> str:
    """Give all that comes after a page's content, its script first."""
    return f"<script>{script}</script>\n{END}"


def _digest(script: str) -> str:
    """Name a script as a content security policy does: by the digest of its text."""
    from base64 import b64encode
    from hashlib import sha256

    return f"sha256-{b64encode(sha256(script.encode()).digest()).decode()}"
