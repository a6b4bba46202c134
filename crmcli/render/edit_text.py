"""Records as YAML for an editor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render.safe import safe

if TYPE_CHECKING:
    from crmcli.services.edit import EditSheet

_HEADER = """\
# Change, add or empty values; a property that is emptied or taken out is cleared.
# Save and close to apply; a record that is taken out stays as it is.
"""


def edit_text(sheet: EditSheet) -> str:
    """Write the records that are to be edited as one YAML document: reference → (property → value)."""
    import yaml

    class Dumper(yaml.CSafeDumper):
        """Writes an unset value as nothing, and several lines of text as they stand."""

        def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - the signature is PyYAML's
            return True

    Dumper.add_representer(type(None), lambda dumper, _: dumper.represent_scalar("tag:yaml.org,2002:null", ""))
    Dumper.add_representer(
        str,
        lambda dumper, text: dumper.represent_scalar(
            "tag:yaml.org,2002:str", text, style="|" if "\n" in text else None
        ),
    )
    parts = [_HEADER]
    for record in sheet.records:
        block = {str(record.ref): dict(record.values)}
        dumped = yaml.dump(block, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=1000)
        parts.append(f"\n# {safe(record.title)}\n{dumped}")
    return "".join(parts)
