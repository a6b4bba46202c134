"""A block of rows on its way into the store, and what is the same for all blocks of an import."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crmcli.frozen import frozen, replace
from crmcli.services.importing.formats import Formats
from crmcli.services.importing.parts import SAME
from crmcli.services.importing.result import ColumnKind
from crmcli.services.importing.values import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmcli.formats.table import Block
    from crmcli.model.objects import ObjectType
    from crmcli.services.association_cells import LinkedTo
    from crmcli.services.importing.matching import Match
    from crmcli.services.importing.result import MappedColumn
    from crmcli.services.importing.values import Values
    from crmcli.services.mapping.making import Making
    from crmcli.services.workspace import Workspace
    from crmcli.store.keys import KeyProperty
    from crmcli.types.base import Context


@frozen
class Plan:
    """What is the same for every block of an import."""

    workspace: Workspace
    found: ObjectType
    columns: tuple[MappedColumn, ...]
    keys: tuple[KeyProperty, ...]
    mode: str  # upsert, create or update
    skip_invalid: bool = False  # whether rows are taken without the values that their types refuse
    force: bool = False  # whether what is required and the rules of pipelines are overridden
    allow_erased: bool = False  # whether rows may hold the keys of who was erased
    keep_existing: bool = False  # whether only properties that are not set yet are set
    formats: Formats = Formats()
    words: Mapping[str, Mapping[str, str]] = {}  # what words for options mean, as `option_words` gives it
    made: tuple[Making, ...] = ()  # the columns that are made of others, as they stand behind those of the file
    blank: frozenset[int] = frozenset()  # numbers of columns that hold nothing in the first block

    @property
    def context(self) -> Context:
        """The circumstances in which values are read: the clock is that of the file's zone."""
        from crmcli.services.workspace import zone

        context = self.workspace.context
        return replace(context, zone=zone(self.formats.zone)) if self.formats.zone else context

    @property
    def reference_column(self) -> MappedColumn | None:
        """The column of our own references, or None."""
        return next((column for column in self.columns if column.kind is ColumnKind.REFERENCE), None)

    @property
    def exported(self) -> bool:
        """Whether the rows are of our own export: they have references that stand in the file."""
        return self.reference_column is not None and self.reference_column.heading != SAME


@dataclass(slots=True)
class Batch:
    """A block on its way: its values, its associations, and which record each of its rows means.

    `settled` are the rows that say what their record holds already: row → record. `fresh` are the rows whose record is
    created with the id that the row has; `written` what came of the rows that were taken: row → record. `all_new` says
    that nobody holds a key of any row.
    """

    block: Block
    values: Values
    links: dict[int, list[LinkedTo]]
    settled: dict[int, int] = field(default_factory=dict)
    matches: dict[int, Match] = field(default_factory=dict)
    fresh: dict[int, int] = field(default_factory=dict)
    written: dict[int, int] = field(default_factory=dict)
    all_new: bool = False

    def line(self, row: int) -> int:
        """Give the line on which a row begins."""
        return self.block.lines[row]

    def refuse(self, row: int, code: str, reason: str) -> None:
        """Reject a row as a whole."""
        self.values.refuse(row, Refusal(code, reason))
