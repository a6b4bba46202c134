"""Pipelines: the list of them, and one with what stands at its stages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render.cells import fill, width
from crmcli.render.documents import Document, write_document
from crmcli.render.safe import safe
from crmcli.render.sheets import Column, Sheet, write_sheet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crmcli.model.objects import Stage
    from crmcli.render.output import Output
    from crmcli.render.sheets import Row
    from crmcli.services.pipelines import Funnel, PipelineLine, StageTotal
    from crmcli.types.base import Stored

_WIDEST_BAR = 20
_GAP = 2


def write_pipelines(output: Output, lines: Sequence[PipelineLine]) -> None:
    """Write the list of pipelines."""
    columns = (
        Column("object", "Object"),
        Column("pipeline", "Pipeline"),
        Column("id", "Id"),
        Column("stages", "Stages", right=True),
        Column("records", "Records", right=True),
    )
    rows: list[Row] = [
        ("", (one.object_plural, one.pipeline.label, one.pipeline.id, len(one.pipeline.stages), one.records))
        for one in lines
    ]
    write_sheet(output, Sheet(columns, rows))


def write_funnel(output: Output, funnel: Funnel) -> None:
    """Write a pipeline with what stands at its stages."""
    value = {
        "object": funnel.object_name,
        "pipeline": funnel.pipeline.id,
        "label": funnel.pipeline.label,
        "stages": [stage_value(total.stage, total.count, total.sums) for total in funnel.stages],
    }

    def sheet() -> Sheet:
        names = ("stage", "label", "probability", "closed", "records", "amount")
        columns = tuple(Column(name, name.capitalize(), right=name in ("records", "amount")) for name in names)
        rows: list[Row] = [
            ("", (t.stage.id, t.stage.label, _chance(t), t.stage.closed, t.count, _joined(t) or None))
            for t in funnel.stages
        ]
        return Sheet(columns, rows)

    write_document(output, Document(value, lambda out: _draw_funnel(out, funnel), sheet))


def stage_value(stage: Stage, count: int, amounts: Mapping[str, Stored]) -> dict[str, object]:
    """Give the JSON of a stage with what stands there."""
    return {
        "id": stage.id,
        "label": stage.label,
        "probability": stage.probability,
        "closed": stage.closed,
        "records": count,
        "amounts": dict(amounts),
    }


def _chance(total: StageTotal) -> str:
    chance = total.stage.probability
    return "" if chance is None else f"{chance:.0%}"


def _draw_funnel(output: Output, funnel: Funnel) -> None:
    """Write a line for each stage, and one more for each further currency."""
    output.line((funnel.pipeline.label, "title"), (f"  {funnel.object_plural.lower()} · {funnel.pipeline.id}", "dim"))
    rows = [
        (safe(t.stage.label), _chance(t) or ("closed" if t.stage.closed else ""), f"{t.count:,}", *_first(t))
        for t in funnel.stages
    ]
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    further = [width(amount) for total in funnel.stages for amount in total.shown]
    widths[3] = max([widths[3], *further])
    most = max(total.count for total in funnel.stages)
    room = min(_WIDEST_BAR, output.width - sum(widths) - _GAP * len(widths) - 2) if output.terminal else 0
    for (label, chance, count, amount), total in zip(rows, funnel.stages, strict=True):
        bar = "█" * round(room * total.count / most) if most and room > 0 else ""
        about = f"{fill(chance, widths[1], right=True)}  {fill(count, widths[2], right=True)}"
        head = f"  {fill(label, widths[0])}  {about}"
        output.line(f"{head}  {fill(amount, widths[3], right=True)}  ", (bar, "ref"))
        for more in total.shown[1:]:
            output.line(f"{' ' * width(head)}  {fill(more, widths[3], right=True)}")


def _first(total: StageTotal) -> tuple[str]:
    return (total.shown[0] if total.shown else "",)


def _joined(total: StageTotal) -> str:
    return " + ".join(total.shown)
