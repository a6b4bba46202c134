"""What holds of the code as a whole, read from its syntax trees, its imports and its start-up."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
import yaml

TOP = Path(__file__).parent.parent
PACKAGE = TOP / "crmcli"
SCHEMAS = TOP / "schemas"  # a file per object, named after it
MODULES = sorted(PACKAGE.rglob("*.py"))
BELOW_RENDER = ("errors", "types", "model", "query", "formats", "store", "services")
DRAWERS = re.compile(r"(util|helper|common|misc|manager|handler|base_?class|stuff)s?")

# Words that are an object's or a stage's internal name and something else as well: why each may be a constant.
GENERAL_WORDS: dict[str, str] = {
    "1": "a digit; the stages of tickets are numbered",
    "2": "likewise",
    "completed": "a role, of the moment when a task was done; the stage of an appointment",
    "conversation": "an object role, which others may have",
    "email": "a format of text, a role, and what a user has",
    "message": "what a rule or a problem says",
    "meeting": "an entry of a calendar file",
    "note": "what there is to say of a cell or an operation",
    "quote": "the mark around a cell of delimited text",
    "service": "a category of objects",
    "task": "an object role, which others may have",
}


@cache
def tree(module: Path) -> ast.Module:
    return ast.parse(module.read_text(encoding="utf-8"), module.name)


def where(module: Path, node: ast.AST) -> str:
    return f"{module.relative_to(TOP)}:{node.lineno}"


def nodes(*kinds: type[ast.AST], layers: tuple[str, ...] = ()) -> Iterator[tuple[Path, ast.AST]]:
    """All nodes of these kinds in the package, or in these layers of it."""
    for module in MODULES:
        layer = module.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if not layers or layer in layers:
            yield from ((module, node) for node in ast.walk(tree(module)) if isinstance(node, kinds))


def stages(part: object) -> Iterator[str]:
    """The ids of all stages anywhere in a schema."""
    if isinstance(part, dict):
        found = part.get("stages", ())
        entries = found if isinstance(found, list) else [{"id": name} for name in found]
        yield from (str(entry["id"]) for entry in entries)
        for value in part.values():
            yield from stages(value)
    elif isinstance(part, list):
        for value in part:
            yield from stages(value)


@cache
def names_of_data() -> frozenset[str]:
    """The internal names of all objects and stages that the built-in schemas declare."""
    schemas = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in SCHEMAS.glob("[!_]*.yaml")}
    return frozenset(schemas).union(*(stages(schema) for schema in schemas.values()))


def test_imports_only_go_down_and_each_library_has_its_place():
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=TOP,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(TOP)))
def test_a_module_has_fewer_than_300_lines(module):
    assert len(module.read_text(encoding="utf-8").splitlines()) < 300


def test_no_module_is_a_drawer():
    assert [module.name for module in MODULES if DRAWERS.fullmatch(module.stem)] == []


def test_no_function_is_excused_from_the_limits_of_size():
    excused = re.compile(r"noqa:.*\b(C901|PLR091[1-5])\b|ruff: noqa|type: ignore(?!\[)")
    lines = [(module, n, line) for module in MODULES for n, line in enumerate(module.read_text().splitlines(), 1)]
    assert [f"{module.relative_to(TOP)}:{n}" for module, n, line in lines if excused.search(line)] == []


def test_objects_are_data():
    names = names_of_data()
    assert {"contact", "company", "deal", "ticket", "closedwon"} <= names
    found = {
        f"{where(module, node)} {node.value!r}"
        for module, node in nodes(ast.Constant)
        if isinstance(node.value, str) and node.value in names - GENERAL_WORDS.keys()
    }
    assert found == set()


def test_every_general_word_is_needed():
    constants = {node.value for _, node in nodes(ast.Constant)}
    assert {word for word in GENERAL_WORDS if word not in names_of_data() & constants} == set()


def called(node: ast.Call) -> str:
    """The dotted name of what is called, as written."""
    return ast.unparse(node.func) if isinstance(node.func, ast.Name | ast.Attribute) else ""


def test_only_render_writes_to_the_terminal():
    writers = {"print", "input", "sys.stdout.write", "sys.stderr.write", "typer.echo", "typer.secho", "click.echo"}
    found = [where(module, node) for module, node in nodes(ast.Call) if called(node) in writers]
    assert [place for place in found if not place.startswith("crmcli/render/")] == []


def test_below_render_there_is_no_clock_and_no_environment():
    calls = re.compile(
        r"(\w+\.)*(datetime|date)\.(now|utcnow|today)|time\.(time|time_ns|localtime|gmtime)|os\.(getenv|getlogin)"
    )
    found = [
        where(module, node) for module, node in nodes(ast.Call, layers=BELOW_RENDER) if calls.fullmatch(called(node))
    ]
    found += [
        where(module, node)
        for module, node in nodes(ast.Attribute, layers=BELOW_RENDER)
        if ast.unparse(node) in {"os.environ", "os.environb"}
    ]
    assert found == []


def test_nothing_evaluates_or_unpickles():
    dangerous = {"eval", "exec", "compile", "__import__", "os.system", "os.popen", "yaml.load", "yaml.unsafe_load"}
    safe_loader = re.compile(r"yaml\.load\(.*Loader=\w*(Safe|Schema)\w*")
    found = [
        where(module, node)
        for module, node in nodes(ast.Call)
        if called(node) in dangerous and not safe_loader.match(ast.unparse(node))
    ]
    assert found == []


def test_data_is_never_read_as_rich_markup():
    """Every console takes text as it is, and nothing asks for markup or puts text together for it."""
    consoles = [(m, n) for m, n in nodes(ast.Call, layers=("render",)) if called(n).endswith("Console")]
    assert consoles, "tables are drawn by a rich Console"
    for module, node in consoles:
        options = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
        assert {"markup": "False", "emoji": "False", "highlight": "False"}.items() <= options.items(), where(
            module, node
        )
    markup = [
        where(module, node)
        for module, node in nodes(ast.Call)
        if called(node).endswith(("from_markup", "markup.render"))
        or any(k.arg == "markup" and ast.unparse(k.value) != "False" for k in node.keywords)
    ]
    assert markup == []


def test_heavy_libraries_are_imported_where_they_are_needed():
    """At the top of a module they would cost every command its start."""
    heavy = {"rich", "yaml", "tomlkit", "tinydb", "orjson", "phonenumbers", "publicsuffixlist", "re2", "idna"}
    homes = {
        "crmcli/store/storage.py",
        "crmcli/model/load.py",
    }  # imported only by what needs these libraries
    found = [
        f"{where(module, node)} {name}"
        for module in MODULES
        if str(module.relative_to(TOP)) not in homes
        for node in tree(module).body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
        if name.split(".")[0] in heavy
    ]
    assert found == []


def commands() -> dict[str, tuple[Path, str]]:
    """Each command's module and its line in the help; without what only programs call."""
    from crmcli.cli.root import COMMANDS

    return {name: (TOP / f"{module.replace('.', '/')}.py", text) for name, (module, text) in COMMANDS.items() if text}


def test_the_table_of_commands_holds():
    from crmcli.cli.root import ALIASES, COMMANDS

    modules = {f"crmcli.cli.commands.{path.stem}" for path in (PACKAGE / "cli" / "commands").glob("[!_]*.py")}
    named = {module for module, _ in COMMANDS.values() if module.startswith("crmcli.cli.commands.")}
    for name in sorted(named):  # a verb may be a noun with a module of its own
        named |= {of[0] for of in getattr(import_module(name), "VERBS", {}).values() if isinstance(of, tuple)}
    assert named == modules
    assert set(ALIASES.values()) <= COMMANDS.keys()


def test_every_command_has_one_line_of_help():
    assert [name for name, (_, text) in commands().items() if not re.fullmatch(r"[A-Z][^\n]{5,75}\.", text)] == []


def test_every_command_shows_an_example():
    """In the docstring that its help prints."""
    texts = {name: module.read_text(encoding="utf-8") for name, (module, _) in commands().items()}
    assert [
        name for name, text in texts.items() if not re.search(rf'Examples?:\s((?!""")[\s\S])*crm {name}\b', text)
    ] == []


def imported(terminal, *arguments) -> set[str]:
    """The modules that a command loads when its output goes into a pipe."""
    code = "from crmcli.cli.main import main; main()"
    line = f"{sys.executable} -X importtime -c '{code}' {' '.join(arguments)}"
    answer = terminal.shell(line)
    assert answer.code == 0, answer.transcript()
    return {row.split("|")[-1].strip() for row in answer.stderr.splitlines() if row.startswith("import time:")}


# What showing one record must not load: libraries, and costly parts of the standard one.
HEAVY = {
    "rich",
    "yaml",
    "tinydb",
    "orjson",
    "pydantic",
    "phonenumbers",
    "typer",
    "click",
    "tomlkit",
    "re2",
    "publicsuffixlist",
}
HEAVY |= {"subprocess", "tempfile", "shutil", "csv", "difflib", "hashlib", "pathlib", "decimal", "importlib.resources"}
HEAVY |= {"dataclasses", "inspect", "tomllib", "crmcli.store.journal", "crmcli.store.changes"}
HEAVY |= {f"crmcli.query.{name}" for name in ("compile", "parser", "scope", "selection", "periods")}
HEAVY |= {f"crmcli.services.{name}" for name in ("validation", "conditions", "assignments", "formulas", "history")}


@pytest.mark.parametrize("reference", ["contact:1", "ada@example.com"])
def test_showing_a_record_loads_little(workspace, reference):
    assert workspace.crm("create", "contact", "email=ada@example.com", "firstname=Ada").code == 0
    assert workspace.crm("create", "deal", "dealname=Mill", "amount=100", "--link", "contact:1").code == 0
    assert workspace.crm("log", "call", "contact:1", "-m", "Wants a mill").code == 0
    page = workspace.crm("show", reference)  # compiles the schema and what the page computes, makes the index
    assert all(word in page.stdout for word in ("Mill", "Wants a mill", "Last Contacted"))
    modules = imported(workspace, "show", reference)
    assert "crmcli.services.show" in modules
    assert {module for module in modules if {module, module.split(".")[0]} & HEAVY} == set()
