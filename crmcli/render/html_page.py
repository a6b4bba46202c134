"""The beginning and the end of a page of HTML: it needs no network, and runs nothing."""

from __future__ import annotations

from html import escape

_HEAD = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{styles}@media print {{ body {{ margin: 0 }} }}
</style>
</head>
<body>
"""
END = "</body>\n</html>\n"


def beginning(title: str, styles: str) -> str:
    """Give all that comes before a page's content; `styles` are lines of CSS, the title is any text."""
    return _HEAD.format(title=escape(title), styles=styles)
