"""Full-text search over names, what each object's schema makes searchable, and what activities say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen
from crmcli.services.plain_text import plain_text
from crmcli.services.references import Ref, records_of
from crmcli.services.titles import secondary_of, title_of
from crmcli.store.search import query_words
from crmcli.store.text_index import fold, searched

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from crmcli.model.objects import ObjectType
    from crmcli.query.fragments import Fragment
    from crmcli.services.workspace import Workspace
    from crmcli.store.values import Record
    from crmcli.types.base import Context

_BEFORE, _AROUND = 24, 64  # characters of a long text that are shown: before the first word that was found, and in all
_WHOLE = 3  # letters: a shorter word is marked where words begin, if it does so anywhere


@frozen
class Marked:
    """A text with the places where searched words stand in it: first character and the one after the last."""

    text: str
    places: tuple[tuple[int, int], ...] = ()


@frozen
class Found:
    """A record that a search found, best first.

    Where these do not tell why, `within` is the label of a property that does, and `context` what stands there.
    """

    ref: Ref
    object_label: str
    title: Marked
    secondary: Marked
    within: str = ""
    context: Marked = Marked("")


class NothingToSearch(CrmError):
    """A search without a word."""

    exit_code = ExitCode.USAGE

    def __init__(self) -> None:
        super().__init__("There is nothing to search for", "Give a word, or a part of one: crm search ada")


@frozen
class SearchRequest:
    """What to search for: `objects` are any words for objects, none means all; `since` is a moment as it is typed.

    Of activities that is when they happened or are due, of others when they were last changed.
    """

    text: str
    objects: tuple[str, ...] = ()
    since: str = ""
    limit: int = 20


def search(workspace: Workspace, asked: SearchRequest) -> tuple[Found, ...]:
    """Find the records whose text holds each of the words, or parts of words, in any order; best first.

    Raises NothingToSearch, UnknownObject and InvalidValue.
    """
    if not asked.text.strip():
        raise NothingToSearch
    names = [workspace.object(word).name for word in asked.objects] or list(workspace.model.objects)
    only = _since(workspace, names, asked.since) if asked.since else None
    hits = [Ref(hit.object_name, hit.id) for hit in workspace.store.search(asked.text, names, asked.limit, only)]
    records = {Ref(record.object_name, record.id): record for record in records_of(workspace, hits)}
    words = query_words(asked.text)
    return tuple(_found(workspace, ref, records[ref], words) for ref in hits if ref in records)


def _since(workspace: Workspace, names: Sequence[str], typed: str) -> dict[str, Fragment]:
    """Give by object the condition that a record happened, or was changed, since a moment."""
    from crmcli.query import compile_condition

    moment = f"{_moment(workspace.context, typed):%Y-%m-%dT%H:%M:%S}Z"
    conditions = {}
    for name in names:
        found = workspace.model.objects[name]
        role = next((role for role in ("at", "modified") if found.role(role)), "")
        if role:
            text = f"{role} >= {moment}"
            conditions[name] = compile_condition(text, found, workspace.model, workspace.context)
    return conditions


def _moment(context: Context, typed: str) -> datetime:
    """Read a moment, or the beginning of a period: monday, 2026-11-01, -7d, last month."""
    from datetime import UTC

    from crmcli.query.periods import from_micros, midnight, read_period
    from crmcli.services.moments import read_moment

    today = context.moment.astimezone(context.zone).date()
    try:
        period = read_period(typed.strip().lower(), today, context.fiscal)
    except (ValueError, OverflowError):
        period = None
    if period:
        return from_micros(midnight(period.first, context.zone))
    return read_moment(context, typed).astimezone(UTC)


def _found(workspace: Workspace, ref: Ref, record: Record, words: Sequence[str]) -> Found:
    found = workspace.model.objects[ref.object_name]
    title, secondary = title_of(workspace, record), secondary_of(workspace, record)
    missing = [word for word in words if word not in fold(f"{title}\n{secondary}")]
    within, context = _telling(found, record, missing) if missing else ("", "")
    return Found(
        ref,
        found.label,
        marked(_around(title, words), words),
        marked(secondary, words),
        within,
        marked(context, words),
    )


def _telling(found: ObjectType, record: Record, words: Sequence[str]) -> tuple[str, str]:
    """Give the label of the property that holds most of these words, and what of it stands around the first of them."""
    texts = {name: text for name in searched(found) if (text := _text(record.values.get(name)))}
    held = {name: sum(word in fold(text) for word in words) for name, text in texts.items()}
    best = max(held, key=lambda name: held[name], default="")
    if not best or not held[best]:
        return "", ""
    return found.properties[best].label, _around(texts[best], words)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return " · ".join(map(str, value))
    return " ".join(plain_text(str(value)).split())


def _around(text: str, words: Sequence[str]) -> str:
    """Cut a long text around the first word that stands in it, between words."""
    if len(text) <= _AROUND:
        return text
    places = marked(text, words).places
    begin = max(0, min(places[0][0] - _BEFORE if places else 0, len(text) - _AROUND))
    end = begin + _AROUND
    if begin and " " in text[begin : begin + _BEFORE]:
        begin = text.index(" ", begin) + 1
    if end < len(text) and " " in text[begin:end]:
        end = text.rindex(" ", begin, end)
    return f"{'…' * bool(begin)}{text[begin:end]}{'…' * (end < len(text))}"


def marked(text: str, words: Sequence[str]) -> Marked:
    """Mark the places of folded words in a text; places that touch are one."""
    folded = [(letter, place) for place, character in enumerate(text) for letter in fold(character)]
    plain, origin = "".join(letter for letter, _ in folded), [place for _, place in folded]
    places = sorted((origin[begin], origin[end - 1] + 1) for word in words for begin, end in _places(plain, word))
    joined: list[tuple[int, int]] = []
    for begin, end in places:
        if joined and begin <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((begin, end))
    return Marked(text, tuple(joined))


def _places(plain: str, word: str) -> Iterator[tuple[int, int]]:
    found = []
    begin = plain.find(word)
    while begin >= 0:
        found.append(begin)
        begin = plain.find(word, begin + len(word))
    if len(word) < _WHOLE:
        found = [each for each in found if not plain[each - 1 : each].isalnum()] or found
    yield from ((each, each + len(word)) for each in found)
