"""Reading a file for an import: block by block with its values, and of a large file ahead of their being written."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.services.importing.option_words import in_own_words
from crmcli.services.importing.values import read_values
from crmcli.services.mapping.making import with_made

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crmcli.formats.table import Block, Table
    from crmcli.services.importing.batch import Plan
    from crmcli.services.importing.values import Values

_LARGE = 1 << 20  # bytes of a file that is worth a second process: some 6,000 people, of whom it saves 0.05 s


@frozen
class Reading:
    """A block with the values of its cells; `position` is how far in the file it was read, in bytes."""

    block: Block
    values: Values
    position: int


@contextmanager
def readings(table: Table, plan: Plan) -> Iterator[Iterable[Reading]]:
    """Read a table from its first row."""
    context = plan.context

    def read() -> Iterator[Reading]:
        table.restart()
        for plain in table.blocks():
            block = with_made(plain, plan.made)
            own, understood = in_own_words(block, plan)
            values = read_values(own, plan.columns, plan.found, context, plan.formats)
            values.understood = understood
            yield Reading(block, values, table.position)

    if table.size < _LARGE or not table.descriptors:
        yield read()
        return
    from crmcli.store.ahead import ahead

    with ahead(read, files=table.descriptors) as made:
        yield made
