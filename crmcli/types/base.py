"""What every value type offers, and the circumstances in which a value is read and shown."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, tzinfo
    from typing import ClassVar, TypeAlias

# What stands in a data file for one property: a JSON value. Never None: an unset property is absent.
Stored: TypeAlias = "str | int | bool | list[Stored] | dict[str, Stored]"
# What stands in the index for it.
Column: TypeAlias = "str | int | None"

_QUOTED = 60  # characters of a refused text that its message repeats
_REMEMBERED = 50_000  # cells of one column: bounded, since a column of unique values must not be kept


def quoted(value: object) -> str:
    """Quote a refused text or JSON value for a message, cut where it is long."""
    text = value if isinstance(value, str) else repr(value)
    return f'"{text}"' if len(text) <= _QUOTED else f'"{text[:_QUOTED]}…"'


# Of these types only, equal values are the same value: 1 and True and 1.0 are equal, too.
_COMPARABLE = {str, type(None)}


class InvalidValue(CrmError):
    """A text or JSON value that a type refuses; `message` quotes it, `hint` says what would do."""

    exit_code = ExitCode.USAGE


class NotStored(InvalidValue):
    """A JSON value, in a data file or given by `:=`, that is not the stored form of its type."""

    def __init__(self, value: object, expected: str) -> None:
        super().__init__(f"{quoted(value)} is not {expected}", f"the value stored must be {expected}")


@frozen
class User:
    """Someone who owns records or acts: `id` is the key in crm.toml, stored in owner properties."""

    id: str
    name: str = ""
    email: str = ""
    admin: bool = False
    team: str = ""  # as reports by team call it


@frozen
class Context:
    """The circumstances of reading and showing values; handed in, never looked up.

    `moment` is aware and in UTC; `zone` is the workspace's; `country` is ISO 3166 alpha-2 and
    `currency` ISO 4217; `me` is the id of the user who acts, or ""; `fiscal` is the month with which the fiscal year
    begins; `rates` are what other currencies are worth here: (currency, from which day, "" for ever, rate).
    """

    moment: datetime
    zone: tzinfo
    country: str
    currency: str
    users: tuple[User, ...] = ()
    me: str = ""
    fiscal: int = 1
    rates: tuple[tuple[str, str, str], ...] = ()


class ValueType(ABC):
    """One type of value. An instance belongs to one property and knows its options or scale."""

    name: ClassVar[str]  # our word: string, money, option …
    doc: ClassVar[str]  # one line for the documentation: what may be typed
    sql: ClassVar[str] = "TEXT"  # TEXT or INTEGER
    # Whether the index column holds exactly the stored value, so that bulk paths can skip a conversion.
    stored_is_column: ClassVar[bool] = True
    # Whether a value is a list of values, each of the type `item` of the instance.
    several: ClassVar[bool] = False
    # Decimals that the index column keeps: it holds the value times 10**scale.
    scale: int = 0
    _read_before: tuple[Context, dict[str, Stored | InvalidValue | None]] | None = None

    @abstractmethod
    def parse(self, text: str, context: Context) -> Stored:
        """Read what a person typed or a CSV cell holds (not empty); raise InvalidValue."""

    def parse_many(self, texts: Sequence[str], context: Context) -> list[Stored | InvalidValue | None]:
        """Read a column of cells; None where a cell is blank, the refusal itself where one is refused.

        Same results as `parse` on each; overridden where a column can be read faster than its cells.
        """
        seen = self._memory(context)
        return [seen[t] if t in seen else self._remember(seen, t, context) for t in texts]

    def _memory(self, context: Context) -> dict[str, Stored | InvalidValue | None]:
        """What this type has read in these very circumstances: the columns of a file come block after block."""
        if self._read_before is None or self._read_before[0] is not context:
            self._read_before = (context, {"": None})
        return self._read_before[1]

    def _remember(
        self, seen: dict[str, Stored | InvalidValue | None], text: str, context: Context
    ) -> Stored | InvalidValue | None:
        result = self.parse_cell(text, context)
        if len(seen) < _REMEMBERED:
            seen[text] = result
        return result

    def parse_cell(self, text: str, context: Context) -> Stored | InvalidValue | None:
        """Read one cell of a column: None where it is blank, the refusal itself where it is refused."""
        if not text or text.isspace():
            return None
        try:
            return self.parse(text, context)
        except InvalidValue as refusal:
            return refusal

    @abstractmethod
    def accept(self, value: object) -> Stored:
        """Check a JSON value found in a data file or given by `:=`; raise InvalidValue."""

    def accept_many(self, values: Sequence[object]) -> list[Stored | InvalidValue | None]:
        """Check a column of JSON values; None stays None, the refusal itself stands where one is refused.

        Same results as `accept` on each; overridden where a column can be checked faster than its values.
        """
        if set(map(type, values)) <= _COMPARABLE and len(distinct := set(values)) * 2 < len(values):
            known = {v: None if v is None else self._accept_cell(v) for v in distinct}
            return [known[v] for v in values]
        return [None if v is None else self._accept_cell(v) for v in values]

    def _accept_cell(self, value: object) -> Stored | InvalidValue:
        try:
            return self.accept(value)
        except InvalidValue as refusal:
            return refusal

    def show(self, value: Stored, context: Context) -> str:  # noqa: ARG002 - the zone matters to some
        """Say a stored value to a person; `parse` of it gives the same value again."""
        return str(value)

    def column(self, value: Stored) -> Column:
        """Give the index's column value; it sorts and compares as the values do."""
        return value  # type: ignore[return-value]

    def stored(self, column: str | int) -> Stored:
        """Give the stored value back from a column that is not NULL."""
        return column

    def canonical(self, value: Stored) -> str:
        """Give the key under which equal values meet: e-mails by case, phones by digits."""
        return str(value)
