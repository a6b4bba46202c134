"""The forms of an export: the one list of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.services.exporting.exports import Form, UnknownForm

if TYPE_CHECKING:
    from collections.abc import Mapping

_SERVICES, _PAGES = "crmcli.services.exporting.", "crmcli.render.export_pages"

FORMS: Mapping[str, Form] = {
    form.name: form
    for form in (
        Form("csv", (".csv",), (f"{_SERVICES}delimited", "write_csv")),
        Form("tsv", (".tsv",), (f"{_SERVICES}delimited", "write_tsv")),
        Form("json", (".json",), (f"{_SERVICES}json", "write_json")),
        Form("jsonl", (".jsonl", ".ndjson"), (f"{_SERVICES}json", "write_jsonl")),
        Form("xlsx", (".xlsx",), (f"{_SERVICES}sheets", "write_xlsx"), binary=True, several=True),
        Form("yaml", (".yaml", ".yml"), (_PAGES, "write_yaml")),
        Form("markdown", (".md",), (_PAGES, "write_markdown"), several=True),
        Form("html", (".html", ".htm"), (_PAGES, "write_html"), several=True),
        Form(
            "vcard", (".vcf",), (f"{_SERVICES}cards", "write_vcard"), several=True,
            fits=(f"{_SERVICES}cards", "properties"),
        ),
        Form(
            "ics", (".ics",), (f"{_SERVICES}calendar", "write_ics"), binary=True, several=True,
            fits=(f"{_SERVICES}calendar", "properties"),
        ),
        Form(
            "mbox", (".mbox",), (f"{_SERVICES}mail", "write_mbox"), binary=True, several=True,
            fits=(f"{_SERVICES}mail", "properties"),
        ),
        Form("parquet", (".parquet",), (f"{_SERVICES}sheets", "write_parquet"), binary=True),
        Form("tinydb", (), (f"{_SERVICES}json", "write_tinydb"), several=True),
    )
}  # fmt: skip
_DEFAULT = "csv"


def form_named(word: str, path: str) -> Form:
    """Give the form that somebody named, else that of a file's ending, else CSV. Raises UnknownForm."""
    if word:
        if word not in FORMS:
            raise UnknownForm(word, tuple(FORMS))
        return FORMS[word]
    ending = path[path.rfind(".") :].lower() if "." in path else ""
    return next((form for form in FORMS.values() if ending in form.endings), FORMS[_DEFAULT])
