"""Tables of reports made by hand, for the tests of what draws them."""

from __future__ import annotations

from datetime import UTC, datetime

from crmcli.services.reporting.table import ReportColumn, ReportRow, ReportTable
from crmcli.types.base import Context
from crmcli.types.date import Date
from crmcli.types.duration import Duration
from crmcli.types.money import Amount, Money
from crmcli.types.number import Number, Percent
from crmcli.types.text import String

CONTEXT = Context(datetime(2026, 11, 23, 9, 30, tzinfo=UTC), UTC, "NL", "EUR")
TEXT, COUNT, NUMBER, MONEY, PERCENT, TIME, DAY = String(), Number(0), Number(), Money(), Percent(), Duration(), Date()
# What a record may hold that would do harm as markup, syntax, a formula or a terminal's sequence.
HOSTILE = (
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</title></style></svg><h1>x</h1>",
    '=HYPERLINK("http://evil.example")',
    "\x1b[31mred\x07\u202eabc\u0000",
    "a & b < c ' \" ]]> -->",
    "```\n| x |",
)


def table(columns, *rows, chart="bar", title="Pipeline", totals=None, notes=()):
    """A report: columns as "Heading" and type, measures with a mark: {"Stage": TEXT, "#Deals": COUNT}."""
    made = tuple(
        ReportColumn(heading.lstrip("#").lower(), heading.lstrip("#"), kind, measure=heading.startswith("#"))
        for heading, kind in columns.items()
    )
    lines = tuple(row if isinstance(row, ReportRow) else ReportRow(row) for row in rows)
    total = ReportRow(totals) if totals else None
    return ReportTable("made", title, made, lines, ("Deals: how many there are.",), total, notes, chart)


STAGES = table(
    {"Stage": TEXT, "#Deals": COUNT, "#Amount": MONEY, "#Weighted": MONEY},
    ("Appointment", 12, "120400.5", "24080.1"),
    ("Qualified", 7, "80000", "32000"),
    ("Sent", 1, "125", "112.5"),
    ("Won", 0, "0", "0"),
    totals=("Total", 20, "200525.5", "56192.6"),
    notes=("2 deals have no amount",),
)
COUNTS = table({"Owner": TEXT, "#Count": COUNT}, ("Ada", 1204), ("Ben", 602), (None, 1), title="Contacts by owner")
MONTHS = tuple(f"2026-{month:02d}-01" for month in range(1, 13))
REVENUE = table(
    {"Month": DAY, "#Revenue": MONEY},
    *zip(MONTHS, map(str, (10, 30, 25, 60, 80, 75, 20, 0, 55, 90, 120, 110)), strict=True),
    chart="line",
    title="Revenue",
)
OWNERS = table(
    {"Owner": TEXT, "Month": DAY, "#Won": COUNT},
    *((name, month, (n * 7 + k * 5) % 11) for k, name in enumerate(("Ada", "Ben")) for n, month in enumerate(MONTHS)),
    chart="line",
)
FUNNEL = table(
    {"Stage": TEXT, "#Reached": COUNT}, ("New", 1200), ("Met", 600), ("Offer", 60), ("Won", 3), chart="funnel"
)
PIVOT = table(
    {"Owner": TEXT, "#New": COUNT, "#Met": COUNT, "#Won": COUNT}, ("Ada", 4, 2, 2), ("Ben", 1, 0, 3), chart="stacked"
)
CHANGES = table({"Owner": TEXT, "#Change": MONEY}, ("Ada", "1200"), ("Ben", "-400.5"), ("Zoe", "0"))
CURRENCIES = table({"Owner": TEXT, "#Sum": MONEY}, ("Ada", "10"), ("Ben", Amount("30", "USD")), ("Cleo", "5"))
HOSTILE_TABLE = table(
    {f"Name {HOSTILE[0]}": TEXT, f"#Sum {HOSTILE[1]}": MONEY, f"#Other {HOSTILE[2]}": MONEY},
    *((text, str(place), "5") for place, text in enumerate(HOSTILE, 1)),
    title=HOSTILE[0],
    notes=HOSTILE,
)
