"""The plan of a schema's changes, in words: + for what is new, ~ for what changes, - for what goes, ! for a refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.model.applied import USUAL_SCALE
from crmcli.model.differences import What
from crmcli.render.documents import Document, write_document
from crmcli.render.sheets import Column, Sheet

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crmcli.model.differences import Difference
    from crmcli.render.output import Output
    from crmcli.render.sheets import Row
    from crmcli.services.schema_plan import Planned, SchemaPlan
    from crmcli.services.schema_values import Example

# So many new properties, options and labels are named, the rest is counted.
_NAMED = 8
_REFS = 4
_STYLES = {"+": "good", "~": "warn", "-": "bad", "!": "bad"}
_COLUMNS = tuple(Column(key, key.capitalize()) for key in ("object", "change", "name", "records", "failing", "loses"))


def write_plan(output: Output, plan: SchemaPlan) -> None:
    """Write what the schema files change, and what that means for the data."""

    def sheet() -> Sheet:
        values = [_value(change) for change in plan.changes]
        rows: list[Row] = [("", tuple(value[column.key] for column in _COLUMNS)) for value in values]  # type: ignore[misc]
        return Sheet(_COLUMNS, rows)

    value = {
        "changes": [_value(change) for change in plan.changes],
        "waits": plan.waits,
        "loses": bool(plan.losses),
        "refused": bool(plan.refusals),
    }
    write_document(output, Document(value, lambda out: _write_text(out, plan), sheet))


def _value(change: Planned) -> dict[str, object]:
    each = change.difference
    return {
        "object": each.object_name,
        "change": each.what.value,
        "name": each.name or None,
        "was": each.was or None,
        "from": dict(each.old) or None,
        "to": dict(each.new) or None,
        "values": list(each.values),
        "records": change.records,
        "failing": change.failing,
        "in_use": [{"value": value, "records": count} for value, count in change.values],
        "examples": [
            {"records": [str(ref) for ref in one.refs], "value": one.value, "reason": one.reason or None}
            for one in change.examples
        ],
        "waits": change.waits,
        "loses": change.loses,
        "refused": change.refused,
    }


def _write_text(output: Output, plan: SchemaPlan) -> None:
    if not plan.changes:
        output.line(("The data follows the schema files: there is nothing to apply", "good"))
        return
    shown = ""
    for change in plan.changes:
        name = change.difference.object_name
        if name != shown:
            if shown:
                output.line()
            output.line((plan.labels[name], "title"), (f" ({name})", "dim"))
            shown = name
        _write_change(output, change)
    output.line()
    _write_end(output, plan)


def _write_change(output: Output, change: Planned) -> None:
    mark, words = _WORDS[change.difference.what](change)
    mark = "!" if change.refused or change.loses else mark
    name = _subject(change.difference)
    output.line("  ", (f"{mark} ", _STYLES[mark]), (name, "ref"), "  " if name else "", words)
    for value, count in change.values:
        output.line("      ", f'"{value}"', (f"  {_records(count)}", "dim"))
    for example in () if change.values else change.examples:
        output.line("      ", *_example(example))
    unshown = change.failing - len(change.examples)
    if unshown > 0 and change.examples and not change.values:
        output.line((f"      and {unshown:,} more", "dim"))


def _subject(each: Difference) -> str:
    if each.what in (What.STAGES_ADDED, What.OBJECT_ADDED, What.OBJECT_REMOVED):
        return ""
    return each.name


def _example(example: Example) -> tuple[str | tuple[str, str], ...]:
    refs = ", ".join(map(str, example.refs[:_REFS]))
    more = f" and {len(example.refs) - _REFS} more" if len(example.refs) > _REFS else ""
    reason = example.reason.removeprefix(f'"{example.value}" ')
    if len(example.refs) > 1:
        return f'"{example.value}"  ', (refs + more, "ref")
    return (refs, "ref"), f'  "{example.value}"', (f" {reason}" if reason else "", "dim")


def _write_end(output: Output, plan: SchemaPlan) -> None:
    if plan.refusals:
        output.line(("Change the records that share a value first; until then this cannot be applied", "bad"))
    elif plan.losses:
        lost = sum(change.failing for change in plan.losses)
        them = "it" if lost == 1 else "them"
        output.line((f"This would lose {_values(lost)}. ", "bad"), f"Mend {them}, or: crm schema apply --allow-loss")
    elif plan.waits:
        output.line("To do it: crm schema apply")
    else:
        output.line(("None of this touches a value: it is in force already", "dim"))


def _records(count: int) -> str:
    return "no record" if not count else "1 record" if count == 1 else f"{count:,} records"


def _values(count: int) -> str:
    return "1 value" if count == 1 else f"{count:,} values"


def kind_words(kind: Mapping[str, object]) -> str:
    """Say a kind of value: "number", "several option", "money with 2 decimals"."""
    several = "several " if kind.get("several") else ""
    scale = f" with {kind['scale']} decimals" if "scale" in kind else ""
    return f"{several}{kind['type']}{scale}"


def _listed(values: tuple[str, ...]) -> str:
    more = f" and {len(values) - _NAMED} more" if len(values) > _NAMED else ""
    return ", ".join(values[:_NAMED]) + more


def _converts(change: Planned) -> str:
    """Say what becomes of the values that are read as another type."""
    if not change.records:
        return "no record has a value"
    if not change.failing:
        return f"{_values(change.records)} can be kept" if change.records > 1 else "1 value can be kept"
    kept = change.records - change.failing
    return f"{kept:,} of {_values(change.records)} can be kept, {change.failing:,} cannot"


def _typed(change: Planned) -> tuple[str, str]:
    each = change.difference
    before, after = kind_words(each.old), kind_words(each.new)
    if each.old.get("scale") != each.new.get("scale") and each.old["type"] == each.new["type"]:
        before, after = (
            words if "decimals" in words else f"{words} with {USUAL_SCALE} decimals" for words in (before, after)
        )
    return "~", f"{before} → {after}: {_converts(change)}"


def _renamed(change: Planned) -> tuple[str, str]:
    each = change.difference
    kinds = "" if kind_words(each.old) == kind_words(each.new) else f", {kind_words(each.old)} → {kind_words(each.new)}"
    if change.failing:
        return "~", f"was {each.was}{kinds}: {_converts(change)}"
    return "~", f"was {each.was}{kinds}: {_values(change.records)} move{'s' if change.records == 1 else ''}"


def _removed(change: Planned) -> tuple[str, str]:
    if not change.records:
        return "-", "taken out; no record has a value"
    them = "them" if change.records > 1 else "it"
    return "-", (
        f"taken out; {_values(change.records)} stay{'s' if change.records == 1 else ''} in the files, unknown"
        f" (--allow-loss drops {them})"
    )


def _unique(change: Planned) -> tuple[str, str]:
    if change.refused:
        return (
            "~",
            f"unique, but {_values(change.failing)} stand{'s' if change.failing == 1 else ''} in several records",
        )
    return "~", f"unique: {_records(change.records)}, each with another value" if change.records else "unique"


def _options(change: Planned) -> tuple[str, str]:
    unused = [value for value in change.difference.values if value not in dict(change.values)]
    if not change.values:
        return (
            "~",
            f"loses the options {_listed(tuple(unused))}; no record has one of them" if unused else "has options",
        )
    also = f" (and {_listed(tuple(unused))}, in no record)" if unused else ""
    return "~", f"loses options that {_records(change.records)} ha{'s' if change.records == 1 else 've'}{also}:"


def _object_removed(change: Planned) -> tuple[str, str]:
    if not change.records:
        return "-", "the object is taken out; there was no record"
    stay = "stays" if change.records == 1 else "stay"
    return "-", f"the object is taken out; {_records(change.records)} {stay} in its data files, out of sight"


def _association(change: Planned) -> tuple[str, str]:
    count = (
        "no association" if not change.records else f"{change.records:,} association{'s' if change.records > 1 else ''}"
    )
    what = "no longer associated" if change.difference.what is What.ASSOCIATION_REMOVED else ""
    labels = "" if what else f"loses the labels {_listed(change.difference.values)}"
    return "-" if what else "~", f"{what}{labels}: {count} {'to take away' if what else 'with them'}"


_WORDS: dict[What, Callable[[Planned], tuple[str, str]]] = {
    What.OBJECT_ADDED: lambda _: ("+", "a new object"),
    What.PROPERTY_ADDED: lambda change: ("+", f"new, {kind_words(change.difference.new)}"),
    What.OPTIONS_ADDED: lambda change: (
        "+",
        f"new options: {_listed(change.difference.values)}" if change.difference.values else "takes any text now",
    ),
    What.STAGES_ADDED: lambda change: (
        "+",
        f"new stages in {change.difference.name}: {_listed(change.difference.values)}",
    ),
    What.ASSOCIATION_ADDED: lambda _: ("+", "may be associated"),
    What.LABELS_ADDED: lambda change: ("+", f"new labels: {_listed(change.difference.values)}"),
    What.OBJECT_REMOVED: _object_removed,
    What.PROPERTY_REMOVED: _removed,
    What.RENAMED: _renamed,
    What.TYPE: _typed,
    What.UNIQUE: _unique,
    What.NOT_UNIQUE: lambda _: ("~", "no longer unique"),
    What.OPTIONS: _options,
    What.ASSOCIATION_REMOVED: _association,
    What.LABELS: _association,
}
