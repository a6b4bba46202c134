"""The page of a report as text: its policy, its escaping, its order; how it looks is tested in a browser."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

from crmcli.errors import CrmError
from crmcli.render.report_page import PageAbout, Section, page, report_page
from crmcli.services.reporting.table import ReportRow
from report_tables import CONTEXT, COUNTS, HOSTILE, HOSTILE_TABLE, MONEY, REVENUE, STAGES, TEXT, table


class Elements(HTMLParser):
    """The names of all elements and attributes."""

    def __init__(self, text):
        super().__init__()
        self.names, self.attributes, self.open = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.names.append(tag)
        self.attributes += attrs
        if tag not in {"meta", "path", "line", "circle", "rect", "polyline"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if self.open and self.open[-1] == tag:
            self.open.pop()


def test_the_policy_lets_the_one_script_run_by_its_digest():
    text = report_page(STAGES, CONTEXT, "Analytical")
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    digest = b64encode(sha256(script.encode()).digest()).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)[1]
    assert policy == (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none';"
        f" script-src 'sha256-{digest}'"
    )


def test_it_needs_nothing_from_outside():
    text = report_page(HOSTILE_TABLE, CONTEXT, HOSTILE[0])
    found = Elements(text)
    assert not [value for name, value in found.attributes if name in {"src", "href", "srcset", "action", "style"}]
    assert not [name for name, _ in found.attributes if name.startswith("on")]
    assert found.names.count("script") == 1
    assert "url(" not in text.replace("url(#", "")
    assert "@import" not in text
    assert found.open == []


def test_cells_keep_what_they_are_sorted_by():
    text = report_page(STAGES, CONTEXT, "Analytical")
    assert '<td class="n" data-v="120400.5">120,400.50 EUR</td>' in text
    assert '<th scope="row">Appointment</th>' in text
    assert '<tfoot><tr><th scope="row">Total</th>' in text
    assert '<th scope="row" data-v="2026-01-01">2026-01-01</th>' in report_page(REVENUE, CONTEXT, "")


def test_parts_of_rows_stay_below_them():
    made = table({"Company": TEXT, "#Sum": MONEY}, ("Acme", "5"), ReportRow(("Acme NL", "2"), depth=1))
    text = report_page(made, CONTEXT, "")
    assert 'class="sortable"' not in text
    assert '<th scope="row" class="part1">Acme NL</th>' in text


def test_a_report_that_failed_is_said_in_its_place():
    sections = [
        Section("Pipeline", STAGES),
        Section("Broken", failure=CrmError('There is no "<x>"', "Did you mean y?")),
        Section("Contacts", COUNTS),
    ]
    text = page(PageAbout("Monday", "Analytical", 2), sections, CONTEXT)
    assert re.findall(r"<h2[^>]*>([^<]*)", text) == ["Pipeline", "Broken", "Contacts"]
    assert 'role="alert">This report failed: There is no &quot;&lt;x&gt;&quot;\nDid you mean y?</p>' in text


def test_what_is_counted_stands_in_it():
    assert "<summary>What is counted, and how</summary><p>Deals: how many there are.</p>" in report_page(
        STAGES, CONTEXT, ""
    )
    empty = report_page(table({"Stage": TEXT, "#Sum": MONEY}), CONTEXT, "")
    assert "There is nothing to show." in empty
    assert "<table" not in empty
