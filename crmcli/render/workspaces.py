"""The workspace as a whole: its overview, who acts in it, its users, its state of health."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render.documents import Document, write_document
from crmcli.render.histories import operation_value
from crmcli.render.moments import iso, shown
from crmcli.render.problems import write_problems
from crmcli.render.sheets import Column, Sheet, write_sheet
from crmcli.services.reporting.counts import without_records

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.errors import Problem
    from crmcli.render.output import Output
    from crmcli.render.sheets import Row
    from crmcli.services.demo import Demo
    from crmcli.services.doctor import Diagnosis
    from crmcli.services.overview import Overview
    from crmcli.services.users import WhoAmI
    from crmcli.services.workspace import Workspace
    from crmcli.types.base import User


def write_overview(output: Output, overview: Overview, workspace: Workspace) -> None:
    """Write what bare `crm` says in a workspace."""
    value = {
        "name": overview.name,
        "root": overview.root,
        "records": {name: count for name, _, count in overview.counts},
        "operations": [operation_value(line) for line in overview.operations],
        "suggestions": list(overview.suggestions),
    }
    columns = (Column("object", "Object"), Column("records", "Records", right=True))
    rows: list[Row] = [("", (name, count)) for name, _, count in overview.counts]
    write_document(
        output, Document(value, lambda out: _overview_text(out, overview, workspace), lambda: Sheet(columns, rows))
    )


def _overview_text(output: Output, overview: Overview, workspace: Workspace) -> None:
    output.line((overview.name, "title"), (f"  {overview.root}", "dim"))
    output.line()
    filled = [(plural, count) for _, plural, count in overview.counts if count]
    digits = max((len(f"{count:,}") for _, count in filled), default=0)
    for plural, count in filled:
        output.line("  ", (f"{count:>{digits},}", "title"), "  ", plural)
    if empty := len(overview.counts) - len(filled):
        output.line((f"  {without_records(empty)}: crm schema list", "dim"))
    if overview.operations:
        output.line()
        output.line(("Last operations", "heading"))
        for line in overview.operations:
            when = shown(line.at, workspace.context.zone)
            undone = f" (undone by {line.undone_by})" if line.undone_by else ""
            output.line("  ", (line.short_id, "ref"), "  ", (when, "dim"), "  ", line.actor, "  ", line.summary, undone)
    output.line()
    output.line(("Try", "heading"))
    for suggestion in overview.suggestions:
        output.line("  ", suggestion)
    output.line("  crm --help")


def write_beginning(output: Output) -> None:
    """Write how to begin, where there is no workspace."""
    output.line(("There is no CRM here yet.", "title"))
    output.line()
    output.line("  crm init my-crm      make one in the folder my-crm")
    output.line("  crm demo my-demo     make one with sample data to look around in")
    output.line("  crm --help           see all commands")
    output.line()
    output.line(("A CRM that is elsewhere: crm -C DIR …, or the variable CRM_DIR", "dim"))


def write_created(output: Output, root: str, folder: str) -> None:
    """Write that a workspace was made, and what to do next in it."""

    def text(out: Output) -> None:
        out.line(("Made a CRM in ", "good"), root)
        if folder != ".":
            out.line((f"  cd {folder}", "dim"))
        out.line(("  crm", "dim"))

    columns = (Column("root", "Folder"),)
    write_document(output, Document({"root": root}, text, lambda: Sheet(columns, [("", (root,))])))


def write_demo(output: Output, demo: Demo, folder: str) -> None:
    """Write what the demonstration holds and what to try in it."""

    def text(out: Output) -> None:
        out.line(("Made a demo in ", "good"), demo.root, (f" ({sum(demo.counts.values()):,} records)", "dim"))
        out.line()
        out.line(("Try", "heading"))
        for command in demo.trials:
            out.line(f"  crm -C {folder} {command}".rstrip())

    columns = (Column("object", "Object"), Column("records", "Records", right=True))
    rows: list[Row] = [("", (name, count)) for name, count in demo.counts.items()]
    value = {"root": demo.root, "records": demo.counts}
    write_document(output, Document(value, text, lambda: Sheet(columns, rows)))


def write_whoami(output: Output, who: WhoAmI, workspace: Workspace) -> None:
    """Write who acts, where, and at what time."""
    user = who.user
    moment = workspace.context.moment
    value = {
        "actor": who.actor,
        "user": {"id": user.id, "name": user.name, "email": user.email, "admin": user.admin} if user else None,
        "workspace": workspace.settings.name,
        "root": workspace.root,
        "moment": iso(moment),
        "time_zone": workspace.settings.time_zone,
    }

    def text(out: Output) -> None:
        known = " · ".join(filter(None, (user.id, user.email, "Super Admin" if user.admin else ""))) if user else ""
        out.line((user.name if user else who.actor, "title"), (f"  {known or 'no user of this CRM'}", "dim"))
        out.line(f"in {workspace.settings.name}", (f"  {workspace.root}", "dim"))
        out.line(f"at {shown(moment, workspace.context.zone)} {workspace.settings.time_zone}")
        if not user:
            out.say((f'To own records and be "me": crm user add "Your Name" --id {who.actor}', "dim"))

    columns = tuple(Column(key, key) for key in ("actor", "workspace", "root", "moment", "time_zone"))
    write_document(
        output, Document(value, text, lambda: Sheet(columns, [("", tuple(str(value[c.key]) for c in columns))]))
    )


def write_users(output: Output, users: Sequence[User]) -> None:
    """Write the list of users."""
    named = (("id", "User"), ("name", "Name"), ("email", "E-mail"), ("team", "Team"), ("admin", "Super Admin"))
    columns = tuple(Column(key, label) for key, label in named)
    rows: list[Row] = [
        ("", (user.id, user.name, user.email or None, user.team or None, user.admin or None)) for user in users
    ]

    def footer(written: int) -> str:
        return f"{written} users" if written else 'There is no user yet: crm user add "Ada Lovelace"'

    write_sheet(output, Sheet(columns, rows, footer=footer))


def write_diagnosis(output: Output, diagnosis: Diagnosis) -> None:
    """Write what the doctor found."""
    value = {
        "checked": list(diagnosis.checked),
        "mended": list(diagnosis.mended),
        "problems": [problem_value(problem) for problem in diagnosis.problems],
    }

    def text(out: Output) -> None:
        for sentence in diagnosis.mended:
            out.line(("Mended: ", "good"), sentence)
        _verdict(out, diagnosis.problems, f"Everything is in order: {', '.join(diagnosis.checked)}")

    write_document(output, Document(value, text, lambda: _problem_sheet(diagnosis.problems)))


def write_check(output: Output, problems: Sequence[Problem], sound: str) -> None:
    """Write the problems of a check, or the sentence that there are none."""
    value = {"problems": [problem_value(problem) for problem in problems]}
    write_document(
        output, Document(value, lambda out: _verdict(out, problems, sound), lambda: _problem_sheet(problems))
    )


def problem_value(problem: Problem) -> dict[str, str | None]:
    """Give the JSON shape `problem`."""
    return {"where": problem.where, "message": problem.message, "hint": problem.hint or None}


def _verdict(output: Output, problems: Sequence[Problem], sound: str) -> None:
    write_problems(output, problems)
    if problems:
        output.warn((f"{len(problems):,} {'problem' if len(problems) == 1 else 'problems'}", "bad"))
    else:
        output.line((sound, "good"))


def _problem_sheet(problems: Sequence[Problem]) -> Sheet:
    columns = tuple(Column(key, key.capitalize()) for key in ("where", "message", "hint"))
    return Sheet(columns, [("", (p.where, p.message, p.hint or None)) for p in problems])
