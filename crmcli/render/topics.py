"""What `crm help TOPIC` explains."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from crmcli.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmcli.render.output import Output

_WIDTH = 80
_COLUMN = 42  # of the examples of expressions

_REFERENCES = """\
A record is meant by

  contact:42                  our own id, as every list shows it; it never changes
  jane@acme.example           a unique e-mail, domain or phone number of whatever object
  +31612345678                in any spelling: who is calling?
  company:acme.example        the same, of this object only
  contact:email=jane@…        what a property holds; a label does, too
  contact:"Jane Doe"          a name, if exactly one record has it
  -                           one reference a line on standard input

Where several records match, a terminal gets a list to pick from; elsewhere the
candidates are named and the exit code is 5. The id of a merged record gives the
record that it went into; of a deleted one, crm says when it went and by which
operation.

  crm list contacts -o ids | crm set - country=NL
"""

_OUTPUT = """\
Results go to standard output, everything else to standard error. -o chooses:

  table      for people: fitted on a terminal, never cut in a pipe or file
  json       one document; --json is the same
  jsonl      one JSON object a line
  csv, tsv   a heading and a line each; cells that a spreadsheet would run as a
             formula get a ' in front, which crm import takes off again
  yaml       as json
  markdown   a table for a document
  ids        references only, one a line, for the next command's -

Exports, and only they, know xlsx, html, vcard, ics, mbox, parquet and tinydb
as well; graphs know dot, mermaid and svg. Reports know html, a page with
charts and tables that can be sorted, and svg, the chart alone; dashboards html.

On a terminal crm list shows 50 records, the columns that fit, and days of this
week as "tomorrow" or "3 days ago" (--absolute for dates); what is longer than
the screen goes through $PAGER, else less (--no-pager). In a pipe or file every
record and column comes, as it is.

In JSON and CSV properties have internal names, options their values, money and
decimals are text, so that they stay exact, and dates are ISO 8601 (moments in
UTC). Unset values are null. A document that is an object says "version": 1.
"""

_AS_OF = """\
crm show, list, search, graph, timeline, report, dashboard and export know
--as-of DATE: the workspace as it was, by its journal. Every condition, column,
association, label, stage and sum works as it does today; "today" and "now" are
those of then.

  2026-09-30          the end of that day, in the workspace's time zone
  2026-09-30T12:00    that moment
  yesterday, -30d     the end of a day
  "last month"        the end of a period: 2026-Q3, 2026-09, "last fiscal year"

Deleted and merged records are there again, later ones are not, associations
are those of then. What an undo took back afterwards does not count. What was
told afterwards with a date of its own does, from that date on: set --at, and
the histories that an import brings. A record that was created later and has
such a history is there from its first date; what the history does not tell is
as it was when the record was created.

What nobody wrote down cannot be known and is said in a warning: values that
were changed outside crm, erased records, the time before the first operation.
The schema, its pipelines, the settings and who is in a static segment are as
they are today. Nothing can be changed in the past.

  crm report counts deals --by stage --as-of 2026-09-30
  crm list deals --where "stage = closedwon" --as-of "last quarter"
"""


_REPORTS = """\
crm report OBJECT puts records into groups and says what these come to:

  crm report deals --group-by "month(closed)" --measure "count(), sum(amount)"

--group-by, --columns-by   Properties, paths (company.industry), expressions, by
                           commas. A date by day, week, month, quarter or year:
                           month(closed), in our time zone, empty ones shown.
--measure                  count()                    records
                           count(x)                   where x is known, or true
                           sum(x), avg(x)             exact
                           min(x), max(x)             of dates, too
                           median(x), percentile(x, 90)
                           distinct(x)                different values
                           + - * / between them, percent(a / b); name one:
                           "count(stage = closedwon) / count() as Rate"
--where, --having          Conditions on the records, and on the rows of the
                           report by its own columns: --having "count > 5".
--sort -sum_amount         By columns, from high to low with -.
--top 10 --other           The first ones, and all others together.
--period, --compare        "last month", 2026-Q4, fiscal; "previous quarter",
                           "previous year". --date says by which date.
--cumulative               Running totals. For cohorts, along columns:
                           --group-by "month(created)"
                           --columns-by "months(created, closed)"

Amounts in other currencies are converted where crm.toml says what these are
worth, and else stand apart, never added up:

  [rates]
  GBP = "1.16"                    one of it, in our currency
  [rates.USD]
  2026-01-01 = "0.92"             from that day on
  2026-07-01 = "0.88"

The rate is that of the day when a record closes, else was created.

reports/NAME.yaml keeps a report, which crm report NAME then makes; crm schema
check checks it:

  title: Revenue by month
  object: deal
  where: stage = closedwon
  group_by: [month(closed)]
  measure: ["sum(amount) as Revenue", count()]

Other keys: columns_by, having, sort, period, date, compare, top, other,
cumulative, chart, description.

Of every report, built-in or own: --explain says what is counted and how,
--records ROW lists the records behind a row, --fail-over N ends with exit code
7 if more than N are found, --as-of DATE gives it as it was; crm report
--explain tells of all what they count. These are built in:
"""


def write_topic(output: Output, topic: str) -> bool:
    """Write a topic's page; False for a word that is none."""
    page = _PAGES.get(topic)
    if page is None:
        return False
    page(output)
    return True


def _exit_codes(output: Output) -> None:
    for code in ExitCode:
        output.line((f"{code.value:>4}", "title"), "  ", code.meaning)


def _references(output: Output) -> None:
    _write(output, _REFERENCES)


def _output(output: Output) -> None:
    _write(output, _OUTPUT)


def _as_of(output: Output) -> None:
    _write(output, _AS_OF)


def _write(output: Output, page: str) -> None:
    for line in page.splitlines():
        output.line(line)


def _reports(output: Output) -> None:
    from crmcli.services.reporting.built_in import REPORTS

    _write(output, _REPORTS)
    output.line()
    for name, report in REPORTS.items():
        output.line(" ", (name.ljust(max(map(len, REPORTS)) + 1), "ref"), report.line)


def _service(output: Output) -> None:
    _rules(output, "service")


def _hygiene(output: Output) -> None:
    _rules(output, "hygiene")


def _rules(output: Output, name: str) -> None:
    """Write the rules that reports go by as they are shipped."""
    from crmcli.model.rule_files import shipped_path

    with open(shipped_path(name), encoding="utf-8") as file:
        _write(output, file.read())


def _expressions(output: Output) -> None:
    from crmcli.query.help import HELP

    for number, topic in enumerate(HELP):
        if number:
            output.line()
        output.line((topic.title, "heading"))
        for line in textwrap.wrap(topic.text, _WIDTH):
            output.line(line)
        output.line()
        for expression, meaning in topic.examples:
            if len(expression) <= _COLUMN and len(meaning) <= _WIDTH - _COLUMN - 4:
                output.line("  ", expression.ljust(_COLUMN), "  ", (meaning, "dim"))
            else:
                output.line("  ", expression)
                output.line("      ", (meaning, "dim"))


_PAGES: dict[str, Callable[[Output], None]] = {
    "exit-codes": _exit_codes,
    "references": _references,
    "output": _output,
    "as-of": _as_of,
    "expressions": _expressions,
    "reports": _reports,
    "service": _service,
    "hygiene": _hygiene,
}
