"""How the rules of associations refuse: limits, circles, parents, partners and properties that are needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crmcli.services.references import Ref

_ROWS = "other rows of this file"  # which an import is yet to make
BELONGS_TO = "belongs to"  # how a record stands to its parent
NAMED = 3  # so many records that stand in the way are named


class AssociationRule(CrmError):
    """A rule of associations that an operation would break. `forcible` ones give way to --force; all do to undo.

    `code` is what an import calls it.
    """

    exit_code = ExitCode.CONFLICT
    forcible = False
    code = "FAILED_TO_CREATE_ASSOCIATION"


class TooMany(AssociationRule):
    """A record with more associations than its schema allows; `others` are those that stand in the way.

    `does` says how they stand to it: "is associated with", "belongs to", "is Manager of".
    """

    def __init__(self, ref: Ref, known_as: str, does: str, others: Sequence[tuple[Ref, str]], most: int) -> None:
        self.ref = ref
        self.others = tuple(other for other, _ in others)
        self.most = most
        parent = does == BELONGS_TO
        self.code = "LINE_ITEM_MULTIPLE_PARENTS_IN_ROW" if parent else "ASSOCIATION_LIMIT_EXCEEDED"
        self.label = does[3:-3] if does.startswith("is ") and does.endswith(" of") else None
        texts = dict.fromkeys(f"{o} ({title})" if o.id > 0 else _ROWS for o, title in others[:NAMED])
        named = ", ".join(texts)
        more = f" and {len(others) - NAMED:,} more" if len(others) > NAMED else ""
        label = f' --label "{self.label}"' if self.label else ""
        command = f"crm unlink {ref} {self.others[0]}{label}"
        hint = f"Take that apart first: {command}; crm link --move does both"
        if most > 1:
            hint = f"At most {most:,} are allowed; take one apart first: {command}"
        super().__init__(f"{known_as} {does} {named}{more} already", hint)


class Circle(AssociationRule):
    """A label that would lead from a record back to itself."""

    def __init__(self, word: str, names: Sequence[str]) -> None:
        self.names = tuple(names)
        super().__init__(
            f"{names[0]} would be {word} of itself: {' → '.join(names)}", "Take one of these associations apart first"
        )


class ParentNeeded(AssociationRule):
    """A record that cannot be without a parent."""

    exit_code = ExitCode.USAGE
    forcible = True

    def __init__(self, what: str, parents: str) -> None:
        super().__init__(f"{what} needs one {parents} that it belongs to", "Give it: --link REF; or add --force")


class PartnerNeeded(AssociationRule):
    """A record that cannot be without an associated one of some object."""

    exit_code = ExitCode.USAGE
    forcible = True

    def __init__(self, what: str, needs: Sequence[str]) -> None:
        super().__init__(
            f"{what} needs a {either(needs)}",
            f"Associate it at once: {either(f'--link {word}:ID' for word in needs)}; or add --force",
        )


class StillNeeded(AssociationRule):
    """An association or a record that another record cannot be without."""

    forcible = True

    def __init__(self, what: str, needs: str) -> None:
        super().__init__(
            f"{what} needs {needs}, and would have none",
            "Associate it with another first, or delete it as well; --force leaves it without",
        )


class PropertyNeeded(AssociationRule):
    """A record that lacks what it needs to be associated."""

    exit_code = ExitCode.USAGE
    forcible = True

    def __init__(self, ref: Ref, known_as: str, needs: str, partner: str) -> None:
        super().__init__(
            f"{known_as} needs {needs} to be associated with a {partner}", f"Set it: crm set {ref} …; or add --force"
        )


class PropertyKept(AssociationRule):
    """A property that is to be cleared while an association needs it."""

    exit_code = ExitCode.USAGE
    forcible = True

    def __init__(self, one: tuple[Ref, str], needs: str, other: tuple[Ref, str]) -> None:
        super().__init__(
            f"{one[1]} needs {needs} while it is associated with {other[1]}",
            f"Take that apart first: crm unlink {one[0]} {other[0]}; or add --force",
        )


def either(words: Iterable[str]) -> str:
    """Join words of which any one will do."""
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last
