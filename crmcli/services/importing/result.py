"""What an import tells: how columns were understood, what became of each row, and the sum of it."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.services.importing.formats import Formats

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmcli.errors import Problem
    from crmcli.services.references import Ref
    from crmcli.services.written import Written
    from crmcli.types.base import Stored


class ColumnKind(Enum):
    """What a column of the file is to the import."""

    PROPERTY = "property"
    REFERENCE = "reference"  # our own ids: contact:42
    ASSOCIATION = "association"
    LABELS = "association labels"  # of the associations in the row, of those with one object where it is named
    REASON = "reason"  # why a row was rejected, in a repair file
    CALCULATED = "calculated"  # of a property that is computed, never stored
    LEFT_OUT = "left out"  # as asked for
    MADE_OF = "made of"  # other columns are made of it: a whole name, several addresses
    TAKEN = "taken"  # another column goes into the property that it would
    DOUBTFUL = "doubtful"  # what it may be is not certain enough to be taken unasked
    UNKNOWN = "unknown"  # no property is known by its heading


@frozen
class MappedColumn:
    """One column of the file, counted from 1, and what it goes into.

    `target` is the property's internal name, the other object's for associations, and "" for the rest. `known_by`
    is the property by which an association's cells name the other object's records, "" for our own references, and
    `label` what the row's record is of those.
    `evidence` is why; `guesses` what a doubtful column may be. A column that is made of others has a number behind
    those of the file.
    """

    number: int
    heading: str
    kind: ColumnKind
    target: str = ""
    known_by: str = ""
    evidence: str = ""
    by_values: bool = False  # whether it is known by them alone
    guesses: tuple[str, ...] = ()
    label: str = ""


@frozen
class RejectedRow:
    """A row that was not imported: the line it begins on, a code of the import vocabulary, and why.

    `column` is the heading and `value` the cell of the first thing that is wrong, "" where it is the row as a
    whole; `reason` names everything that is wrong, `remedy` what would do instead of the first thing, "" where nothing
    does. `duplicate_of` is the line that is about the same record, 0 where it is no duplicate.
    """

    line: int
    code: str
    column: str
    value: str
    reason: str
    remedy: str = ""
    duplicate_of: int = 0


class Verdict(Enum):
    """What becomes of a row."""

    CREATE = "create"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"  # of an earlier row, and rejected for that
    REJECTED = "rejected"


@frozen
class RowOutcome:
    """What becomes of one row; `changes` are an update's: property → (old, new), None where unset.

    `ref` is None for rejected rows; that of a row to be created is the one it gets, in a dry run too. `file` says which
    one it is of, where several are imported.
    """

    line: int
    verdict: Verdict
    ref: Ref | None = None
    changes: Mapping[str, tuple[Stored | None, Stored | None]] = {}
    rejection: RejectedRow | None = None
    file: str = ""


@frozen
class Imported:
    """An import that was done, or that a dry run would do.

    The counts are of rows and add up to all rows of the file `path` that are not blank. `rejected_rows` are the first
    of the rejected; all of them are in the file `repair_path`, "" where none was rejected and in a dry run.
    `notes` are sentences to be read by a person: what was found out about the file, what was left out; `advice` says
    for each column whose values were refused how they could go in. `duplicates` are those of the rejected that are
    about the record of an earlier row. `formats` is how the values were read. `refused` says that nothing was imported
    since a row is rejected and all or none were wanted. `likely` rows look like records that were there, of which
    `warnings` tell.
    """

    object_name: str
    created: int
    updated: int
    unchanged: int
    rejected: int
    blank: int
    columns: tuple[MappedColumn, ...]
    written: Written
    rejected_rows: tuple[RejectedRow, ...] = ()
    repair_path: str = ""
    path: str = ""
    notes: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    duplicates: int = 0
    formats: Formats = Formats()
    refused: bool = False
    likely: int = 0
    warnings: tuple[Problem, ...] = ()
