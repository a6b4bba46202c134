"""Options and stages in the words of other programs and languages: "Gewonnen" is read as Closed Won, and that is said.

The words stand beside those for headings, in schemas/headings. They mean an option by its label, whatever the property;
a value that is an option itself, or that a saved map speaks of, is left as it is.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from crmcli.frozen import replace
from crmcli.model.headings import fold_heading, heading_words
from crmcli.services.importing.result import ColumnKind
from crmcli.types.base import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from crmcli.formats.table import Block
    from crmcli.model.objects import ObjectType, Property
    from crmcli.services.importing.batch import Plan
    from crmcli.services.importing.result import MappedColumn
    from crmcli.services.workspace import Workspace

_BETWEEN = ";"  # several values of a cell


def option_words(
    workspace: Workspace, found: ObjectType, columns: Iterable[MappedColumn]
) -> dict[str, Mapping[str, str]]:
    """Give what words mean in the columns of properties with options: property → folded word → value."""
    names = {column.target for column in columns if column.kind is ColumnKind.PROPERTY}
    able = [prop for name in sorted(names) if (prop := found.properties[name]).options]
    known = heading_words(workspace.cache).options if able else {}
    meant = {prop.name: _meant(prop, known) for prop in able}
    return {name: words for name, words in meant.items() if words}


def _meant(prop: Property, known: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Give the value of each word that means one option of a property."""
    labels: dict[str, str] = {}
    for option in prop.options:
        labels.setdefault(fold_heading(option.label), option.value)
    found = {}
    for word, meanings in known.items():
        values = {labels[label] for label in meanings if label in labels}
        if len(values) == 1:
            found[word] = values.pop()
    return found


def in_own_words(block: Block, plan: Plan) -> tuple[Block, Counter[tuple[str, str, str]]]:
    """Give a block with options in this CRM's words, and how many cells said what: heading, word, option's label."""
    columns: dict[int, Sequence[str]] = {}
    understood: Counter[tuple[str, str, str]] = Counter()
    for column in plan.columns:
        words = plan.words.get(column.target) if column.kind is ColumnKind.PROPERTY else None
        if not words:
            continue
        cells = block.columns[column.number - 1]
        prop = plan.found.properties[column.target]
        read = {cell: said for cell in dict.fromkeys(cells) if (said := _said(cell, prop, words, plan)) != cell}
        if read:
            columns[column.number - 1] = [read.get(cell, cell) for cell in cells]
            labels = {option.value: option.label for option in prop.options}
            for cell, said in read.items():
                pairs = zip(_items(cell, prop), _items(said, prop), strict=True)
                changed = [(one.strip(), labels[other]) for one, other in pairs if one != other]
                understood.update({(column.heading, *each): cells.count(cell) for each in changed})
    if not columns:
        return block, understood
    return replace(block, columns=[columns.get(n, cells) for n, cells in enumerate(block.columns)]), understood


def _items(cell: str, prop: Property) -> list[str]:
    return cell.split(_BETWEEN) if prop.value_type.several else [cell]


def _said(cell: str, prop: Property, words: Mapping[str, str], plan: Plan) -> str:
    """Give a cell with each word that is no option itself as the value that it means."""
    kind = getattr(prop.value_type, "item", prop.value_type)
    mapped = {word.casefold() for word in plan.formats.options.get(prop.name, {})}
    return _BETWEEN.join(
        words[folded]
        if (folded := fold_heading(item)) in words
        and item.strip().casefold() not in mapped
        and isinstance(kind.parse_cell(item, plan.context), InvalidValue)
        else item
        for item in _items(cell, prop)
    )
