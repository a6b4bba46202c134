"""What to do about values that an import refuses, column by column, and which it was told to leave out."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING

from crmcli.services.importing.result import ColumnKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crmcli.model.objects import ObjectType, Property
    from crmcli.services.importing.batch import Plan
    from crmcli.services.importing.values import Refusal

_LISTED = 3  # different values of a column that were left out
_SHOWN_WORDS = 6  # of others for options, those that occur most

_line = itemgetter(1)


def advice(plan: Plan, refused: Mapping[str, int]) -> tuple[str, ...]:
    """Say for each column how its refused values could go in; `refused` is their number by heading."""
    properties = {
        column.heading: plan.found.properties[column.target]
        for column in plan.columns
        if column.kind is ColumnKind.PROPERTY
    }
    return tuple(
        f"{heading}: {count:,} refused; {_remedy(plan, properties[heading])}"
        f'leave them out: --skip-invalid-values (the whole column: --column "{heading}=")'
        for heading, count in refused.items()
        if heading in properties
    )


def left_out_notes(skipped: Mapping[str, Sequence[tuple[int, Refusal]]]) -> list[str]:
    """Say which values of which columns were left out, the first few of each with their lines."""
    notes = []
    for heading, found in skipped.items():
        first = {refusal.value: line for line, refusal in reversed(found)}
        named = ", ".join(f'"{value}" (line {line})' for value, line in sorted(first.items(), key=_line)[:_LISTED])
        more = ", …" if len(first) > _LISTED else ""
        notes.append(f"Left out of {heading}, {len(found):,} in all: {named}{more}")
    return notes


def lifecycle_notes(found: ObjectType, kept: int) -> list[str]:
    """Say of how many records the lifecycle stage stayed, which the file would have set back."""
    prop = found.role("lifecycle")
    if prop is None or not kept:
        return []
    one = f"1 {found.label.lower()} stands further on than the file says and stays there; --force sets it back"
    more = f"{kept:,} {found.plural.lower()} stand further on than the file says and stay there; --force sets them back"
    return [f"{prop.label}: {one if kept == 1 else more}"]


def nothing_notes(nothing: Mapping[tuple[str, str], int], dumped: Mapping[tuple[str, str], int]) -> list[str]:
    """Say which words were taken for nothing in which columns, and which stay since they may be texts."""
    columns: dict[str, list[str]] = {}
    for (word, heading), count in nothing.items():
        columns.setdefault(word, []).append(f"{heading} ({count:,})")
    notes = [f'Taken for nothing: "{word}" in {", ".join(headings)}' for word, headings in columns.items()]
    for (word, heading), count in dumped.items():
        times = "once" if count == 1 else f"{count:,} times"
        notes.append(f'{heading} says "{word}" {times}, which is kept; if it means nothing: --clear-token {word}')
    return notes


def understood_notes(understood: Mapping[tuple[str, str, str], int]) -> list[str]:
    """Say which words of others were read as which options, by column."""
    columns: dict[str, list[str]] = {}
    for (heading, word, label), count in sorted(understood.items(), key=lambda item: -item[1]):
        columns.setdefault(heading, []).append(f'"{word}" as {label} ({count:,})')
    return [
        f"{heading}: read {', '.join(said[:_SHOWN_WORDS])}{_more(len(said) - _SHOWN_WORDS)}"
        for heading, said in columns.items()
    ]


def _more(count: int) -> str:
    return f" and {count:,} more" if count > 0 else ""


def keyless_notes(same: int) -> list[str]:
    """Say of how many rows without a key the records were found by all that they say."""
    if not same:
        return []
    rows = (
        "1 row without a key says what a record holds"
        if same == 1
        else f"{same:,} rows without a key say what records hold"
    )
    return [f"{rows} already; --mode create makes {'another' if same == 1 else 'others'}"]


def _remedy(plan: Plan, prop: Property) -> str:
    """Say what would make the values of a property valid, "" where only other values would do."""
    roles = plan.found.roles
    if prop.name in (roles.get("pipeline"), roles.get("stage")):
        return f"declare the pipelines with their stages in schemas/{plan.found.name}.yaml (--create-options), or "
    if prop.options:
        return f"add them to the options of {prop.name} in schemas/{plan.found.name}.yaml (--create-options), or "
    kind = prop.value_type.name
    if kind == "user":
        return "add the users: crm user add NAME --id ID, or "
    if kind == "phone" and not plan.workspace.context.country:
        return 'say of which country numbers are, country = "US" in crm.toml, or '
    return ""
