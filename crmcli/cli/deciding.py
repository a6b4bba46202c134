"""What is to become of duplicates: a review at the terminal, a plan to edit, or merging those that are sure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen
from crmcli.services.duplicates.finding import NotAProbability

if TYPE_CHECKING:
    from crmcli.cli.session import Session
    from crmcli.services.duplicates.finding import Duplicates

Review: TypeAlias = Annotated[bool, typer.Option("--review", help="Decide group by group, at a terminal.")]
Save: TypeAlias = Annotated[
    str, typer.Option("--save", metavar="FILE", help="Keep a plan of merges, to edit; crm apply does it.")
]
Auto: TypeAlias = Annotated[
    float | None, typer.Option("--auto", metavar="P", help="Merge what is that sure and has no conflict: 0.999.")
]


class OneWayOnly(CrmError):
    """Several ways at once to decide what becomes of duplicates."""

    exit_code = ExitCode.USAGE

    def __init__(self, flags: tuple[str, ...]) -> None:
        super().__init__(f"{' and '.join(flags)} do not go together", f"Say one of them: {flags[0]}")


@frozen
class Ways:
    """How it is to be decided; at most one way is said, and a review has no dry run."""

    review: bool = False
    save: str = ""
    auto: float | None = None
    dry_run: bool = False

    @property
    def any(self) -> bool:
        """Whether anything is to be decided; raise OneWayOnly."""
        said = {"--review": self.review, "--save": bool(self.save), "--auto": self.auto is not None}
        flags = [flag for flag, given in said.items() if given]
        if self.review and self.dry_run:
            flags.append("--dry-run")
        if len(flags) > 1:
            raise OneWayOnly(tuple(flags))
        return bool(flags)


def check(session: Session, ways: Ways, plural: str) -> None:
    """Raise what can be said before anything is searched for: NoTerminal, PlanExists, NotAProbability."""
    if ways.auto is not None and not 0 <= ways.auto <= 1:
        raise NotAProbability(ways.auto)
    if ways.review:
        from crmcli.cli.reviewing import require_terminal

        require_terminal(session, plural)
    if ways.save:
        from crmcli.services.plans import check_place

        check_place(ways.save)


def decide(session: Session, ways: Ways, duplicates: Duplicates) -> None:
    """Do with what was found as is said."""
    if ways.review:
        from crmcli.cli.reviewing import review

        review(session, duplicates)
    elif ways.auto is not None:
        from crmcli.render.proposals import write_automatic
        from crmcli.services.duplicates.proposals import merge_sure

        done = merge_sure(session.workspace, duplicates, ways.auto, dry_run=ways.dry_run)
        write_automatic(session.output, session.workspace, done)
    else:
        from crmcli.render.proposals import write_saved
        from crmcli.services.duplicates.plans import save_plan

        write_saved(session.output, ways.save, save_plan(session.workspace, duplicates, ways.save))
