"""What a portal declares, read out of its files: the people who own records, and pipelines with their stages."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from crmcli.errors import CrmError
from crmcli.formats.opening import opened
from crmcli.frozen import frozen, replace
from crmcli.model.headings import words_of
from crmcli.model.objects import Pipeline, Stage
from crmcli.services.users import NewUser, new_user, user_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from crmcli.types.base import User

_ID = re.compile(r"[a-z0-9][a-z0-9_-]*")
_YES = ("true", "1", "yes")


@frozen
class Line:
    """One row of a file by its headings, squeezed: `stageid`, `displayorder`."""

    cells: Mapping[str, str]

    def first(self, *headings: str) -> str:
        """Give the first cell that is not blank, "" where all are."""
        return next(filter(None, (self.cells.get(heading, "").strip() for heading in headings)), "")

    def several(self, heading: str) -> list[str]:
        """Give the values of a list that JSON had in one cell."""
        return several(self.cells.get(heading, ""))


def several(cell: str) -> list[str]:
    """Give the values of a list that JSON had in one cell."""
    if cell.startswith("["):
        try:
            return list(map(str, json.loads(cell)))
        except ValueError:  # a text in brackets
            return [cell]
    return cell.split(";") if cell else []


def lines(path: str) -> Iterator[Line]:
    """Read the rows of a file, table after table."""
    with opened(path) as tables:
        for table in tables:
            headings = ["".join(words_of(heading)) for heading in table.header]
            for block in table.blocks():
                for row in zip(*block.columns, strict=True):
                    yield Line(dict(zip(headings, row, strict=True)))


def people(path: str) -> Iterator[User]:
    """Read the owners or users of a portal, with the ids that its records name them by."""
    for line in lines(path):
        known = line.first("ownerid", "id")
        name = " ".join(filter(None, (line.first("firstname"), line.first("lastname"))))
        email = line.first("email")
        made = person(name or email or known, known, email)
        if made:
            yield made


def person(name: str, known_as: str = "", email: str = "") -> User | None:
    """Make a user of what a record or a list of owners says, None where no id can be made of it."""
    chosen = known_as if _ID.fullmatch(known_as) else user_id(name.partition("@")[0])
    for address in (email, ""):
        try:
            return new_user(NewUser(name, address, id=chosen))
        except CrmError:  # what is no address costs the address, what makes no id the user
            continue
    return None


def pipelines(path: str) -> Iterator[Pipeline]:
    """Read pipelines, those of the API's answers with their stages."""
    ordered = sorted(lines(path), key=lambda line: _order(line.first("displayorder")))
    for line in ordered:
        ids = line.several("stagesid")
        columns = [line.several(f"stages{word}") for word in ("label", "displayorder", "metadataprobability")]
        closed = line.several("stagesmetadataisclosed")
        stages = [
            (_order(_at(columns[1], n)), _stage(each, _at(columns[0], n), _at(columns[2], n), _at(closed, n)))
            for n, each in enumerate(ids)
        ]
        inner = tuple(stage for _, stage in sorted(stages, key=lambda pair: pair[0]))
        known = line.first("pipelineid", "id")
        if known:
            yield Pipeline(known, line.first("label") or known, inner)


def stages(path: str) -> Iterator[tuple[str, Stage]]:
    """Read stages in their order, each with the id of its pipeline."""
    ordered = sorted(lines(path), key=lambda line: _order(line.first("displayorder")))
    for line in ordered:
        known, pipeline = line.first("stageid"), line.first("pipelineid")
        closed = line.first("isclosed") or str(line.first("ticketstate").casefold() == "closed")
        if known and pipeline:
            yield pipeline, _stage(known, line.first("label"), line.first("probability"), closed)


def joined(own: Iterable[Pipeline], others: Iterable[tuple[str, Stage]]) -> list[Pipeline]:
    """Give pipelines with the stages that stand in a file of their own; labels are made different where they are not.

    A stage belongs to one pipeline: the first one that has it.
    """
    found = {pipeline.id: pipeline for pipeline in own}
    taken = {stage.id for pipeline in found.values() for stage in pipeline.stages}
    for name, stage in others:
        if stage.id not in taken:
            there = found.get(name) or Pipeline(name, name, ())
            found[name] = replace(there, stages=(*there.stages, stage))
            taken.add(stage.id)
    labels: set[str] = set()
    return [
        replace(
            pipeline,
            label=_different(pipeline.label, pipeline.id, labels),
            stages=_different_stages(pipeline.stages),
        )
        for pipeline in found.values()
        if pipeline.stages
    ]


def _different_stages(found: Sequence[Stage]) -> tuple[Stage, ...]:
    labels: set[str] = set()
    return tuple(replace(stage, label=_different(stage.label, stage.id, labels)) for stage in found)


def _different(label: str, known: str, labels: set[str]) -> str:
    shown = f"{label} ({known})" if label.casefold() in labels else label
    labels.add(shown.casefold())
    return shown


def _stage(known: str, label: str, probability: str, closed: str) -> Stage:
    chance = float(probability) if re.fullmatch(r"[01](\.\d+)?", probability) else None
    return Stage(known, label or known, chance if chance is None or chance <= 1 else None, closed.casefold() in _YES)


def _order(text: str) -> int:
    return int(text) if text.lstrip("-").isdigit() else 0


def _at(values: Sequence[str], place: int) -> str:
    return values[place] if place < len(values) else ""
