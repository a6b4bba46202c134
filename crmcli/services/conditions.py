"""What the schema says by expressions of a record: checks that must hold, and what is shown or required when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError
from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crmcli.model.objects import ObjectType, Property
    from crmcli.query.unwritten import Conditions
    from crmcli.services.workspace import Workspace
    from crmcli.types.base import Stored

# Key of a property → how its expression is found there.
KINDS = ("check", "required_when", "show_when")


class BrokenCondition(CrmError):
    """An expression of the schema that cannot be evaluated: no record can be proved against it."""

    def __init__(self, object_name: str, prop: Property, kind: str, mistake: CrmError) -> None:
        self.property = prop
        where = prop.changed[-1] if prop.changed else prop.source
        super().__init__(
            f"`{kind}` of {object_name}.{prop.name} ({where}): {mistake.message}",
            f"{mistake.hint}; mend the schema: crm schema check".removeprefix("; "),
        )


@frozen
class Verdict:
    """What the expressions say of one record: the names of properties."""

    failed: frozenset[str]  # whose `check` is false
    required: frozenset[str]  # whose `required_when` is true
    hidden: frozenset[str]  # whose `show_when` is not true


NOTHING = Verdict(frozenset(), frozenset(), frozenset())


class RecordConditions:
    """The expressions of an object, compiled when they are first asked of a record."""

    def __init__(self, workspace: Workspace, found: ObjectType) -> None:
        self._workspace = workspace
        self._found = found
        self._asked = list(expressions(found))
        self._compiled: Conditions | None = None

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._asked)

    def verdicts(self, rows: Sequence[tuple[int | None, Mapping[str, Stored | None]]]) -> list[Verdict]:
        """Say what the expressions come to for rows, (id or None, values), whether or not they are written.

        Raises BrokenCondition.
        """
        if not self._asked:
            return [NOTHING] * len(rows)
        if self._compiled is None:
            self._compiled = self._compile()
        return [self._verdict(line) for line in self._workspace.store.rows(self._compiled.of(rows))]

    def _verdict(self, line: Sequence[object]) -> Verdict:
        by_kind: dict[str, list[str]] = {kind: [] for kind in KINDS}
        for (prop, kind, _), truth in zip(self._asked, line, strict=True):
            # What is unknown breaks no check, and neither requires nor shows anything.
            said = {"check": truth == 0, "required_when": truth == 1, "show_when": truth != 1}
            if said[kind]:
                by_kind[kind].append(prop.name)
        return Verdict(*(frozenset(by_kind[kind]) for kind in KINDS))

    def _compile(self) -> Conditions:
        from crmcli.query.unwritten import compile_conditions

        model, context = self._workspace.model, self._workspace.context
        try:
            return compile_conditions([text for _, _, text in self._asked], self._found, model, context)
        except CrmError:
            for prop, kind, text in self._asked:
                try:
                    compile_conditions([text], self._found, model, context)
                except CrmError as mistake:
                    raise BrokenCondition(self._found.name, prop, kind, mistake) from None
            raise


def expressions(found: ObjectType) -> Iterator[tuple[Property, str, str]]:
    """Give the expressions of an object's properties: (property, key, text)."""
    for name in found.ruled:
        prop = found.properties[name]
        check = prop.rules.check if prop.rules else ""
        for kind, text in zip(KINDS, (check, prop.required_when, prop.show_when), strict=True):
            if text:
                yield prop, kind, text
