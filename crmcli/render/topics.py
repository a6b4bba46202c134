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
The schema, its pipelines and the settings are those of today. Nothing can be
changed in the past.

  crm report counts deals --by stage --as-of 2026-09-30
  crm list deals --where "stage = closedwon" --as-of "last quarter"
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
}
