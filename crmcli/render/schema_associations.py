"""Which objects associate and with which labels, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render.sheets import Column, Sheet, write_sheet
from crmcli.services.association_schema import label_rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.model.objects import Label, Pair
    from crmcli.render.output import Output
    from crmcli.render.sheets import Row
    from crmcli.services.association_schema import AssociationLine


def write_associations(output: Output, lines: Sequence[AssociationLine]) -> None:
    """Write a line for every two objects that associate."""
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


def write_labels(output: Output, lines: Sequence[AssociationLine]) -> None:
    """Write a line for every label."""
    columns = (
        Column("from", "From"),
        Column("label", "Label"),
        Column("to", "To"),
        Column("inverse", "From there"),
        Column("rules", "Rules"),
        Column("records", "There are", right=True),
        Column("source", "Declared in"),
    )
    rows: list[Row] = [
        (
            "",
            (
                label.from_object,
                label.name,
                label.to_object,
                label.inverse if label.paired else None,
                "; ".join(label_rules(label)) or None,
                line.by_label[label.name],
                label.source,
            ),
        )
        for line in lines
        for label in line.pair.labels
    ]
    write_sheet(output, Sheet(columns, rows))


def _both_ways(label: Label) -> str:
    return f"{label.name}/{label.inverse}" if label.paired else label.name


def _ids(pair: Pair) -> str | None:
    return "/".join(str(number) if number else "?" for number in pair.type_ids) or None
