"""crm schema."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from crmcli.cli.arguments import DryRun, ObjectName, Yes, names
from crmcli.cli.asking_objects import completed
from crmcli.cli.consent import agree
from crmcli.cli.place import find_root
from crmcli.cli.session import Session
from crmcli.cli.table import ALIASES, COMMANDS
from crmcli.errors import ExitCode
from crmcli.frozen import replace
from crmcli.render import schemas
from crmcli.render.schema_files import object_text, with_entries, with_property
from crmcli.render.schema_plans import write_plan
from crmcli.render.schema_properties import write_property, write_usage
from crmcli.render.text_differences import write_text_difference
from crmcli.render.workspaces import write_check
from crmcli.render.writes import write_unchanged, write_written
from crmcli.services import new_objects, property_import, schema_apply, schema_plan, schema_usage
from crmcli.services import schema as service
from crmcli.services.property_definitions import read_definitions
from crmcli.services.property_words import read_property
from crmcli.services.schema_edit import edit_schemas, schema_path
from crmcli.services.schema_property import property_page

AllowLoss = Annotated[
    bool, typer.Option("--allow-loss", help="Let values go that cannot be kept; the journal has them, for undo.")
]
OneObject = Annotated[str, typer.Argument(metavar="[OBJECT]", help="The object; all that have records without it.")]
SchemaPart = Annotated[
    str, typer.Argument(metavar="OBJECT[.PROPERTY]", help="The object, or one property of it: deal, deal.amount.")
]
DefinitionsFile = Annotated[str, typer.Argument(metavar="FILE", help="The definitions, JSON or CSV.")]
OfObject = Annotated[str, typer.Option("--object", metavar="OBJECT", help="Whose they are, if the file does not say.")]
OptionsFile = Annotated[
    str, typer.Option("--options", metavar="FILE", help="The options, a CSV of its own: property_id, value, label.")
]
System = Annotated[bool, typer.Option("--system", help="Properties that systems fill, too.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help='What one of them is called: "Roast Batch".')]
Plural = Annotated[str, typer.Option("--plural", metavar="NAME", help="What several are called; else it is guessed.")]
Internal = Annotated[
    str, typer.Option("--name", metavar="NAME", help="The internal name; else it is made of the name.")
]
Description = Annotated[str, typer.Option("--description", metavar="TEXT", help="What it is, in a sentence.")]
Primary = Annotated[str, typer.Option("--primary", metavar="PROPERTY", help='What names a record; else "Name:text".')]
Property = Annotated[
    list[str], typer.Option("--property", metavar="PROPERTY", help='A property: "Roast date:date"; repeat it.')
]
Required = Annotated[list[str], typer.Option("--required", metavar="NAMES", help="Properties that records need.")]
Search = Annotated[list[str], typer.Option("--search", metavar="NAMES", help="Properties that crm search reads.")]
Unique = Annotated[list[str], typer.Option("--unique", metavar="NAMES", help="Properties that identify a record.")]
Associate = Annotated[list[str], typer.Option("--associate", metavar="OBJECT", help="What it may be associated with.")]
NewProperty = Annotated[
    str, typer.Argument(metavar="PROPERTY", help='"Quality score:number", "Roast:choice=Light,Dark".')
]
Group = Annotated[str, typer.Option("--group", metavar="NAME", help="Its group, one that is there or a new one.")]
Options = Annotated[list[str], typer.Option("--options", metavar="NAMES", help="The options of a choice, by commas.")]
Default = Annotated[str, typer.Option("--default", metavar="VALUE", help="What a new record has.")]
Formula = Annotated[str, typer.Option("--formula", metavar="EXPRESSION", help="Calculated so: crm help expressions.")]
IsUnique = Annotated[bool, typer.Option("--unique", help="No two records may have the same value.")]


def list_(ctx: typer.Context) -> None:
    """List the objects.

    Example:
      crm schema list
    """
    session = ctx.ensure_object(Session)
    schemas.write_objects(session.output, service.objects(session.workspace))


def show(ctx: typer.Context, object_name: SchemaPart, system: System = False) -> None:
    """Show an object: properties, options, pipelines, associations, where each is declared; or one property of it.

    Example:
      crm schema show contact
      crm schema show deal.dealstage
    """
    session = ctx.ensure_object(Session)
    if "." in object_name:
        write_property(session.output, property_page(session.workspace, object_name))
        return
    schemas.write_schema(session.output, service.object_schema(session.workspace, object_name, system=system))


def check(ctx: typer.Context) -> int:
    """Check the schema files and report all problems, each with file and line; exit 7 if there are any.

    Example:
      crm schema check
    """
    session = ctx.ensure_object(Session)
    problems = service.check(find_root(session.folder))
    write_check(session.output, problems, "The schema is in order")
    return ExitCode.CHECK_FAILED if problems else ExitCode.DONE


def plan(ctx: typer.Context) -> None:
    """Show what the schema files change, and what that means for the data: what converts, moves, stays or would go.

    Nothing is changed. What touches no value (a new property, a label, a column) needs no apply; a type, a name
    (`was: old_name`), uniqueness, options, labels and associations in use stay as they were until then.

    Example:
      crm schema plan
    """
    session = ctx.ensure_object(Session)
    session.about_schema = True
    write_plan(session.output, schema_plan.plan(session.workspace))


def apply(ctx: typer.Context, allow_loss: AllowLoss = False, dry_run: DryRun = False, yes: Yes = False) -> None:
    """Let the data follow the schema files, as one operation; `crm undo` brings the values and the schema back.

    Example:
      crm schema apply --yes
    """
    session = ctx.ensure_object(Session)
    session.about_schema = True
    if not yes and not dry_run:
        planned = schema_plan.plan(session.workspace)
        if not planned.waits:
            write_unchanged(session.output)
            return
        if session.interactive:
            write_plan(session.output, planned)
        agree(session, "Apply the schema to the data?", given=False)
    written = schema_apply.apply(session.workspace, allow_loss=allow_loss, dry_run=dry_run)
    write_written(session.output, session.workspace, written)


def new_object(
    ctx: typer.Context,
    name: Name = "",
    plural: Plural = "",
    internal: Internal = "",
    description: Description = "",
    primary: Primary = "Name",
    property_: Property = [],  # noqa: B006 - Typer copies it
    required: Required = [],  # noqa: B006 - Typer copies it
    search: Search = [],  # noqa: B006 - Typer copies it
    unique: Unique = [],  # noqa: B006 - Typer copies it
    associate: Associate = [],  # noqa: B006 - Typer copies it
    dry_run: DryRun = False,
) -> None:
    """Declare an object of your own in schemas/, at once usable with every command.

    A property is LABEL:TYPE, and its internal name is made of the label. Types: text, long-text, number, money,
    percent, date, datetime, yes-no, choice=A,B, choices=A,B, email, phone, url, user. On a terminal, with no more than
    its name, you are asked for the rest.

    Example:
      crm schema new-object "Roast Batch" --property "Roast date:date" --property "Lot #" --associate contact
    """
    session = ctx.ensure_object(Session)
    asked = new_objects.ObjectRequest(
        label=name,
        plural=plural,
        name=internal,
        description=description,
        primary=primary,
        properties=tuple(property_),
        required=names(required),
        search=names(search),
        unique=names(unique),
        associate=names(associate),
    )
    workspace = session.workspace
    new = new_objects.new_object(workspace, completed(session, asked), commands={*COMMANDS, *ALIASES})
    note = f"{schema_path(new.name)} declares {new.plural.lower()}: crm create {new.name} {new.properties[0].name}=…"
    written = edit_schemas(workspace, {new.name: lambda _: object_text(new)}, notes=[note], dry_run=dry_run)
    write_written(session.output, workspace, written)


def new_property(
    ctx: typer.Context,
    object_name: ObjectName,
    property_: NewProperty,
    group: Group = "",
    options: Options = [],  # noqa: B006 - Typer copies it
    description: Description = "",
    unique: IsUnique = False,
    default: Default = "",
    formula: Formula = "",
    dry_run: DryRun = False,
) -> None:
    """Add a property to an object, in its file in schemas/; what stands in the file stays as it is.

    Types: text, long-text, number, money, percent, date, datetime, yes-no, choice, choices, email, phone, url, user.
    One with a formula is calculated when it is read.

    Example:
      crm schema new-property deal "Quality score:number"
      crm schema new-property contact "Roast:choice" --options Light,Medium,Dark --group Taste
      crm schema new-property deal "Margin:money" --formula "amount * 0.2"
    """
    session = ctx.ensure_object(Session)
    chosen = f"{property_}={','.join(options)}" if options else property_
    prop = replace(
        read_property(chosen), description=description.strip(), unique=unique, default=default, formula=formula
    )
    place = new_objects.property_place(session.workspace, new_objects.PropertyRequest(object_name, prop, group))
    edit = partial(with_property, place=place)
    try_it = f"set {place.object_name}:ID {prop.name}=…"
    if formula:
        try_it = f"list {place.object_name} --columns {prop.name}"
    note = f"{schema_path(place.object_name)} declares {prop.name}: crm {try_it}"
    written = edit_schemas(session.workspace, {place.object_name: edit}, notes=[note], dry_run=dry_run)
    write_written(session.output, session.workspace, written)


def usage(ctx: typer.Context, object_name: OneObject = "", system: System = False) -> None:
    """Show in how many records each property has a value, and where it is used: columns, formulas, views, reports.

    Example:
      crm schema usage deals
    """
    session = ctx.ensure_object(Session)
    write_usage(session.output, schema_usage.usage(session.workspace, object_name, system=system))


def import_properties(
    ctx: typer.Context,
    file: DefinitionsFile,
    object_name: OfObject = "",
    options: OptionsFile = "",
    dry_run: DryRun = False,
) -> None:
    r"""Take properties and options over from another system's definitions, into the schema files; -n shows how.

    FILE is the JSON of HubSpot's properties API, of one object or by object, or a CSV with name, label and type. What
    is here already and differs stays as it is, and is told.

    Example:
      printf 'name,label,type\nshoe_size,Shoe size,number\n' > properties.csv
      crm schema import-properties properties.csv --object contact --dry-run
    """
    session = ctx.ensure_object(Session)
    workspace = session.workspace
    found = property_import.compare(workspace, read_definitions(file, options), object_name)
    texts: dict[str, tuple[str, str]] = {}

    def edit(text: str, name: str) -> str:
        after = with_entries(text, found.entries[name])
        texts[name] = (text, after)
        return after

    edits = {name: partial(edit, name=name) for name in found.entries}
    written = edit_schemas(workspace, edits, notes=found.told, dry_run=dry_run)
    if dry_run and session.output.format == "table":
        for name, (before, after) in texts.items():
            write_text_difference(session.output, schema_path(name), before, after)
    write_written(session.output, workspace, written)


VERBS = {
    "list": list_,
    "show": show,
    "check": check,
    "plan": plan,
    "apply": apply,
    "usage": usage,
    "import-properties": import_properties,
    "new-object": new_object,
    "new-property": new_property,
    "association": ("crmcli.cli.commands.schema_association", "See and allow which objects associate."),
    "label": ("crmcli.cli.commands.schema_label", "Make, list and remove labels of associations."),
    "map": ("crmcli.cli.commands.schema_map", "List, show and check the saved maps of imports."),
}
