"""Judgements of pairs of records that may be one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render import moments
from crmcli.render.sheets import Column, Sheet, write_sheet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from crmcli.render.output import Output
    from crmcli.services.duplicates.judgements import Judgement

# What each verdict is in a sentence, and its style.
SAID = {"same": ("the same", "good"), "different": ("not the same", "bad"), "unsure": ("unsure", "warn")}
_COLUMNS = tuple(
    Column(key, key.replace("_", " ").capitalize())
    for key in ("other", "verdict", "title", "other_title", "actor", "at", "operation")
)


def write_judgements(output: Output, judgements: Sequence[Judgement], zone: tzinfo) -> None:
    """Write judgements, in the order in which they were made; for people two lines each, which fit a terminal."""
    if output.format != "table":
        rows = [(str(each.a), tuple(_values(each)[column.key] for column in _COLUMNS)) for each in judgements]
        write_sheet(output, Sheet(_COLUMNS, rows, reference="Record"))
        return
    for each in judgements:
        (a, b), (verdict, style) = each.titles, SAID[each.verdict]
        output.line(
            (str(each.a), "ref"), "  ", (a, "title"), (" and ", "dim"), (str(each.b), "ref"), "  ", (b, "title")
        )
        told = f" · {each.actor} · {moments.shown(each.at, zone)} · {each.operation}"
        if each.said_of != (each.a, each.b):
            told += " · said of {} and {}".format(*each.said_of)
        output.line("  ", (verdict, style), (told, "dim"))
    output.say((f"{len(judgements):,} judgement{'s' * (len(judgements) != 1)}", "dim"))


def warn_of_judgements(output: Output, judgements: Sequence[Judgement]) -> None:
    """Write what speaks against making one record of these, to standard error."""
    for each in judgements:
        output.warn(
            (f"{each.a} and {each.b} are {SAID[each.verdict][0]}, said {each.actor} · {each.operation}", "warn")
        )


def _values(each: Judgement) -> dict[str, str]:
    return {
        "other": str(each.b),
        "verdict": each.verdict,
        "title": each.titles[0],
        "other_title": each.titles[1],
        "actor": each.actor,
        "at": moments.iso(each.at),
        "operation": each.operation,
    }
