"""Which objects associate and with which labels, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render import cells
from crmcli.render.schemas import declared_in
from crmcli.render.sheets import Column, Sheet, write_sheet
from crmcli.services.association_schema import label_rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.model.objects import Label, Model, Pair
    from crmcli.render.output import Output
    from crmcli.render.sheets import Row
    from crmcli.services.association_schema import AssociationLine


def write_associations(output: Output, lines: Sequence[AssociationLine], model: Model, seen_from: str = "") -> None:
    """Write a line for every two objects that associate: by object, or those of one object, "" for all."""
    if output.format == "table":
        _write_by_object(output, lines, model, seen_from)
        return
    columns = (
        Column("owner", "Object"),
        Column("other", "With"),
        Column("records", "There are", right=True),
        Column("rules", "Rules"),
        Column("labels", "Labels"),
        Column("type_ids", "Type ids"),
    )
    rows: list[Row] = [
        (
            "",
            (
                line.pair.owner,
                line.pair.other,
                line.records,
                "; ".join(line.limits) or None,
                ", ".join(map(_both_ways, line.pair.labels)) or None,
                _ids(line.pair),
            ),
        )
        for line in lines
    ]
    write_sheet(output, Sheet(columns, rows))


def _write_by_object(output: Output, lines: Sequence[AssociationLine], model: Model, seen_from: str) -> None:
    """Write for people: with which objects each associates, how many there are, and below what holds of them."""
    by_object: dict[str, list[tuple[str, AssociationLine]]] = {}
    for line in lines:
        ends = (line.pair.owner, line.pair.other)
        near, far = ends[::-1] if seen_from == line.pair.other else ends
        by_object.setdefault(near, []).append((model.words[far].plural, line))
    width = max((cells.width(far) for some in by_object.values() for far, _ in some), default=0)
    digits = max((len(f"{line.records:,}") for line in lines), default=0)
    for place, (near, some) in enumerate(by_object.items()):
        if place:
            output.line()
        output.line((model.words[near].plural, "heading"))
        for far, line in some:
            labels = ", ".join(map(_with_rules, line.pair.labels))
            said = [*line.limits, *([f"labels: {labels}"] if labels else [])]
            head = f"  {cells.fill(far, width)}  {line.records:{digits},}"
            room = max(output.width - len(head) - 2, 20)
            first, *more = [piece for one in said for piece in cells.wrap(one, room)] or [""]
            output.line(head, *([("  " + first, "dim")] if first else []))
            for piece in more:
                output.line(" " * len(head), ("  " + piece, "dim"))


def write_labels(output: Output, lines: Sequence[AssociationLine]) -> None:
    """Write a line for every label."""
    if output.format == "table" and not any(line.pair.labels for line in lines):
        output.say(("No labels: crm schema label add makes one", "dim"))
        return
    columns = (
        Column("from", "From"),
        Column("label", "Label"),
        Column("to", "To"),
        Column("inverse", "From there"),
        Column("records", "There are", right=True),
        Column("rules", "Rules"),
        Column("source", "Declared in", show=declared_in),
    )
    rows: list[Row] = [
        (
            "",
            (
                label.from_object,
                label.name,
                label.to_object,
                label.inverse if label.paired else None,
                line.by_label[label.name],
                "; ".join(label_rules(label)) or None,
                label.source,
            ),
        )
        for line in lines
        for label in line.pair.labels
    ]
    write_sheet(output, Sheet(columns, rows))


def _both_ways(label: Label) -> str:
    return f"{label.name}/{label.inverse}" if label.paired else label.name


def _with_rules(label: Label) -> str:
    rules = "; ".join(label_rules(label))
    return f"{_both_ways(label)} ({rules})" if rules else _both_ways(label)


def _ids(pair: Pair) -> str | None:
    return "/".join(str(number) if number else "?" for number in pair.type_ids) or None
