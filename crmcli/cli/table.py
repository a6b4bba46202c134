"""The table of commands: what there is, where it stands, and how the help groups it."""

from __future__ import annotations

# The one table of commands: name → (module, its line in the help). A module's function has the module's name; one
# with several verbs has a table VERBS instead. `_` follows a word that Python has.
COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("crmcli.cli.commands.init", "Make a CRM in a folder."),
    "demo": ("crmcli.cli.commands.demo", "Make a CRM with sample data to look around in."),
    "help": ("crmcli.cli.commands.help_", "Explain references, expressions, reports, output and more."),
    "completion": ("crmcli.cli.commands.completion", "Print the completion script for your shell."),
    "create": ("crmcli.cli.commands.create", "Create a record."),
    "show": ("crmcli.cli.commands.show", "Show records: their properties and associations."),
    "list": ("crmcli.cli.commands.list_", "List records, all or those that meet a condition."),
    "view": ("crmcli.cli.commands.view", "Save, list, show and check views of lists."),
    "search": ("crmcli.cli.commands.search", "Find records by any of their text."),
    "set": ("crmcli.cli.commands.set_", "Set properties of one record or of many."),
    "move": ("crmcli.cli.commands.move", "Move records to a stage of their pipeline."),
    "edit": ("crmcli.cli.commands.edit", "Edit records as YAML in your editor."),
    "delete": ("crmcli.cli.commands.delete", "Delete records; restore and undo bring them back."),
    "restore": ("crmcli.cli.commands.restore", "Bring deleted records back."),
    "link": ("crmcli.cli.commands.link", "Associate two records."),
    "unlink": ("crmcli.cli.commands.unlink", "Take an association, or one label of it, away."),
    "label": ("crmcli.cli.commands.label", "Label the association of two records."),
    "graph": ("crmcli.cli.commands.graph", "Draw what is associated with a record."),
    "log": ("crmcli.cli.commands.log", "Log a call, meeting, email, note, message or task."),
    "timeline": ("crmcli.cli.commands.timeline", "Show what happened with a record, and what is planned."),
    "done": ("crmcli.cli.commands.done", "Mark tasks as done; those that repeat come again."),
    "next": ("crmcli.cli.commands.next_", "Show the tasks that are to be done next."),
    "today": ("crmcli.cli.commands.today", "Show what there is to do today."),
    "associate": ("crmcli.cli.commands.associate", "Associate records by domain or equal properties."),
    "import": ("crmcli.cli.commands.import_", "Import records from a file, as it is."),
    "apply": ("crmcli.cli.commands.apply", "Do what the plan of an import or of merges says."),
    "export": ("crmcli.cli.commands.export", "Export records as CSV, XLSX, JSON and ten more forms."),
    "backup": ("crmcli.cli.commands.backup", "Put the whole workspace into one file."),
    "restore-backup": ("crmcli.cli.commands.restore_backup", "Make a folder what a backup holds."),
    "dedupe": ("crmcli.cli.commands.dedupe", "Find records that may be one, with the reasons."),
    "merge": ("crmcli.cli.commands.merge", "Merge records into one, whose old references lead on."),
    "unmerge": ("crmcli.cli.commands.unmerge", "Give a merged record back, at any time."),
    "judgements": ("crmcli.cli.commands.judgements", "List, give and forget judgements of pairs of records."),
    "subject-report": ("crmcli.cli.commands.subject_report", "Tell all that is held about a person."),
    "erase": ("crmcli.cli.commands.erase", "Erase a person for ever, as privacy law asks."),
    "history": ("crmcli.cli.commands.history", "List operations, or the changes of one record."),
    "diff": ("crmcli.cli.commands.diff", "Show what an operation changed, or all since a date."),
    "undo": ("crmcli.cli.commands.undo", "Undo an operation: any one, in any order."),
    "report": ("crmcli.cli.commands.report", "Report on the records: counts, sums, pipelines."),
    "dashboard": ("crmcli.cli.commands.dashboard", "Show reports together, on a terminal or as one page."),
    "schema": ("crmcli.cli.commands.schema", "See and check objects and their properties."),
    "object": ("crmcli.cli.commands.object_", "Activate, rename and list objects."),
    "pipeline": ("crmcli.cli.commands.pipeline", "See and change pipelines and their stages."),
    "model": ("crmcli.cli.commands.model", "Draw the data model, or take over a ready one."),
    "segment": ("crmcli.cli.commands.segment", "Make segments, and see who is in them and why."),
    "user": ("crmcli.cli.commands.user", "Add and list the users."),
    "whoami": ("crmcli.cli.commands.whoami", "Say who acts, where and when."),
    "doctor": ("crmcli.cli.commands.doctor", "Prove that everything is in order; --fix mends."),
}

# How the help groups them.
FAMILIES = {
    "Begin": ("init", "demo", "help", "completion"),
    "Records": ("create", "show", "list", "search", "set", "move", "edit", "delete", "restore"),
    "Associations": ("link", "unlink", "label", "associate", "graph"),
    "Activities": ("today", "log", "timeline", "done", "next"),
    "What the data say": ("report", "dashboard", "view", "segment"),
    "Duplicates": ("dedupe", "merge", "unmerge", "judgements"),
    "In and out": ("import", "apply", "export", "backup", "restore-backup"),
    "What happened": ("history", "diff", "undo"),
    "Privacy": ("subject-report", "erase"),
    "This CRM": ("schema", "pipeline", "model", "object", "user", "whoami", "doctor"),
}

# The commands that can be asked of the workspace as it was: --as-of.
OF_THE_PAST = ("show", "list", "search", "graph", "timeline", "export", "report", "dashboard show")

ALIASES = {"ls": "list", "mv": "move", "rm": "delete"}
