"""Merges: which value stays and why, before; what was done and how to take it back, after."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from crmcli.render.cells import width
from crmcli.render.documents import Document, write_document
from crmcli.render.sheets import Column, Sheet
from crmcli.render.writes import write_summary, written_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.render.output import Output
    from crmcli.render.sheets import Row
    from crmcli.services.merging.plans import MergePlan, PropertyChoice
    from crmcli.services.references import Ref
    from crmcli.services.workspace import Workspace
    from crmcli.services.written import Written

_KEYS = ("property", "value", "source", "why", "differs")
_COLUMNS = tuple(Column(key, key.capitalize()) for key in _KEYS)
_INDENT = "      "
_LONGEST = 40  # characters of a value that gives way


def write_merge_plan(output: Output, workspace: Workspace, plan: MergePlan) -> None:
    """Write what a merge would do, for people alone: which record is kept, which value stays and why, what follows."""
    if output.format != "table":
        return
    keep = plan.request.keep
    output.line((str(keep), "ref"), "  ", (plan.titles[keep], "title"), ("  is kept", "dim"))
    for ref in plan.request.others:
        output.line((str(ref), "ref"), "  ", (plan.titles[ref], "title"), ("  goes into it", "dim"))
    for choice in plan.choices:
        _write_choice(output, choice, keep)
    if plan.associations:
        output.line("  and with it ", ", ".join(_counts(workspace, plan)))


def _write_choice(output: Output, choice: PropertyChoice, keep: Ref) -> None:
    """Write which value stays, and behind it or below it why."""
    value, why = choice.text or "–", _because(choice, keep)
    if width(f"  {choice.label}: {value} · {why}") <= output.width:
        output.line("  ", f"{choice.label}: ", (value, "good"), (f" · {why}", "dim"))
        return
    output.line("  ", f"{choice.label}: ", (value, "good"))
    for line in wrap(why, max(output.width - len(_INDENT), 40)):
        output.line(_INDENT, (line, "dim"))


def write_merged(
    output: Output, workspace: Workspace, plan: MergePlan, written: Written, *, planned: bool = True
) -> None:
    """Write what a merge did, with its plan, unless people saw that before."""

    def text(out: Output) -> None:
        if planned:
            write_merge_plan(out, workspace, plan)
        for note in written.notes:
            out.line(note)
        write_summary(out, workspace, written)
        if written.operation:
            others = plan.request.others
            each = f"crm unmerge {others[0]}" if len(others) == 1 else "crm unmerge REF, of each by itself"
            out.say((f"kept: {plan.request.keep} · at any later time: {each}", "dim"))

    def sheet() -> Sheet:
        rows: list[Row] = [
            (str(plan.request.keep), (c.property, c.value, str(c.source) if c.source else None, c.why, c.differs))
            for c in plan.choices
        ]
        return Sheet(_COLUMNS, rows, reference="Record")

    write_document(output, Document({**merge_value(plan), **written_value(written)}, text, sheet))


def merge_value(plan: MergePlan) -> dict[str, object]:
    """Give the plan's part of the JSON shape `merged`."""
    return {
        "keep": str(plan.request.keep),
        "others": [str(ref) for ref in plan.request.others],
        "choices": [
            {
                "property": choice.property,
                "value": choice.value,
                "source": str(choice.source) if choice.source else None,
                "why": choice.why,
                "differs": choice.differs,
                "texts": {str(ref): text or None for ref, text in choice.texts.items()},
            }
            for choice in plan.choices
        ],
        "associations": dict(plan.associations),
    }


def _because(choice: PropertyChoice, keep: Ref) -> str:
    """Say whose value stays and why, and what gives way to it."""
    whose = f"of {choice.source}, " if choice.source and choice.source != keep else ""
    lost = {ref: text for ref, text in choice.texts.items() if text and text != choice.text} if choice.differs else {}
    gone = ", ".join(f'"{_short(text)}" of {ref}' for ref, text in lost.items())
    return f"{whose}{choice.why}" + (f"; not {gone}" if gone else "")


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _counts(workspace: Workspace, plan: MergePlan) -> Iterator[str]:
    for name, count in plan.associations.items():
        words = workspace.model.words[name]
        yield f"{count:,} {(words.label if count == 1 else words.plural).lower()}"
