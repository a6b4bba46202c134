"""A workspace whose schema files change under its data, for the tests of planning and applying that."""

from __future__ import annotations

import os

from crmcli.services.schema_apply import apply
from crmcli.services.schema_plan import plan
from office import make_office, reopened


class Changing:
    """An office with one more object, `cake`; each step opens it anew, as commands do."""

    def __init__(self, tmp_path):
        self.tmp_path = tmp_path
        self.root = make_office(tmp_path).root
        self._tick = 0

    def write(self, properties, *, name="cake", head="label: Cake\nplural: Cakes\ndisplay: [name]\n", more=""):
        """Write the object's schema file; properties are lines of YAML by name, besides `name`."""
        lines = [f"  {each}: {line}" for each, line in {"name": TEXT, **properties}.items()]
        path = os.path.join(self.root, "schemas", f"{name}.yaml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"{head}properties:\n" + "\n".join(lines) + "\n" + more)
        self._tick += 1  # a file of the same size within a tick of the clock is another one all the same
        os.utime(path, ns=(self._tick * 10**9, self._tick * 10**9))

    def open(self):
        return reopened(self.tmp_path)

    def plan(self):
        return plan(self.open())

    def apply(self, **how):
        return apply(self.open(), **how)

    def data(self):
        """Every data file, by its path, without what records the schema."""
        found = {}
        for folder, _, names in os.walk(os.path.join(self.root, "data")):
            for name in names:
                path = os.path.join(folder, name)
                if name != "schema.json":
                    with open(path, "rb") as file:
                        found[os.path.relpath(path, self.root)] = file.read()
        return found

    def schema(self):
        with open(os.path.join(self.root, "data", "schema.json"), encoding="utf-8") as file:
            return file.read()


TEXT = "{label: Name, type: string}"


def labelled(name, **said):
    """A property's line of YAML."""
    return "{" + ", ".join([f"label: {name.title()}", *(f"{key}: {value}" for key, value in said.items())]) + "}"
