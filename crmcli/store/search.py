"""Full-text search: any part of any word, case and accents apart, in what the schema says is searched.

First come records whose e-mail, domain or other key it is, then those whose name has all words as they are, then those
of whose name words begin so, or a key, then those in whose name they stand anywhere, then all others; among those, the
later made first.

Words under three letters are looked for where words begin, and then anywhere: two letters with each letter that may
stand beside them, others by a scan. A phone number is found in any spelling.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.fragments import Fragment, compose
from crmcli.store.index import quoted
from crmcli.store.text_index import bring_up_to_date, fold, names_table, texts_table
from crmcli.store.values import Hit

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping, Sequence
    from typing import TypeAlias

    from crmcli.model.objects import ObjectType
    from crmcli.store.store import Store

    Only: TypeAlias = "Mapping[str, Fragment] | None"  # conditions by object, over its table with the alias t

_TRIGRAM = 3
_DIAL_SIGNS = frozenset("+0123456789()-./ ")
_DIGITS_OF_A_PHONE = 5
_BESIDE = "".join(chr(code) for code in range(32, 127) if not 65 <= code <= 90)  # what may stand beside a letter
_LAST = "\U0010ffff"  # comes after every letter
_AROUND_MAIL = "<>()[],;:'\""
_WHEN = ("at", "created")  # roles of the moment by which the later of two comes first


def search(store: Store, text: str, object_names: Sequence[str], limit: int, only: Only = None) -> list[Hit]:
    """Records that hold all words of the text, best first; those that meet `only`."""
    words = query_words(text)
    found: list[tuple[int, int, int, Hit]] = []
    for order, name in enumerate(object_names if words else ()):
        if store.index.connection.execute(f"SELECT 1 FROM {quoted(name)} LIMIT 1").fetchone() is None:
            continue  # most objects have no records; a text table costs its opening
        bring_up_to_date(store, name)
        ranks = _ranked(store, name, words, limit, (only or {}).get(name))
        moments = _moments(store, store.model.objects[name], ranks)
        found += [(ranks[i], -moments.get(i, 0), order, Hit(name, i)) for i in ranks]
    return [hit for *_, hit in sorted(found, key=lambda one: one[:3])][:limit]


def query_words(text: str) -> list[str]:
    """The folded words to look for; what looks like a phone number is one word: its digits without leading zeros.

    An e-mail address loses what stands around it, and its domain is as it is stored.
    """
    bare = text.replace("(0)", "")
    digits = "".join(filter(str.isdigit, bare))
    if len(digits) >= _DIGITS_OF_A_PHONE and _DIAL_SIGNS.issuperset(text):
        return [digits.lstrip("0") or digits]
    return [fold(_address(word) if "@" in word else word) for word in text.split()]


def _address(word: str) -> str:
    mailbox, _, domain = word.strip(_AROUND_MAIL).removeprefix("mailto:").rpartition("@")
    try:
        return f"{mailbox}@{domain.encode('idna').decode()}"
    except UnicodeError:  # it is only the beginning of one
        return f"{mailbox}@{domain}"


def mark_stale(connection: sqlite3.Connection, object_name: str, number: int) -> None:
    """Remember that a shard changed, inside the transaction that is open; no cost before the first search."""
    connection.execute("INSERT OR IGNORE INTO _stale_text VALUES (?, ?)", (object_name, number))


def _ranked(store: Store, name: str, words: Sequence[str], limit: int, only: Fragment | None) -> dict[int, int]:
    """The ids of the best matches with their rank, 0 for the best."""
    found: dict[int, int] = {}
    for rank, matching in enumerate(_ways(name, words)):
        if len(found) >= limit:
            break
        if matching is not None:
            for (record_id,) in store.rows(_statement(name, matching, limit + len(found), only)):
                found.setdefault(record_id, rank)
    return dict(sorted(found.items(), key=lambda each: each[1])[:limit])


def _ways(name: str, words: Sequence[str]) -> Iterator[Fragment | None]:
    """Ways to look for the words, best first: a table and the condition of its rows; None for one that cannot be."""
    names, texts = names_table(name), texts_table(name)
    short = [word for word in words if len(word) < _TRIGRAM]
    alone = words[0] if len(words) == 1 and not short else None
    yield _keyed(name, alone, alone)
    yield _matching(names, [f" {word} " for word in words])
    yield _matching(names, [f" {word}" for word in words])
    yield _keyed(name, alone, f"{alone}{_LAST}")
    if not short:
        yield _matching(names, words)
    yield _matching(texts, [f" {word}" if len(word) < _TRIGRAM else word for word in words])
    scanned = [word for word in short if len(word) < _TRIGRAM - 1 or not word.isascii()]
    if short:
        matched = " AND ".join(_anywhere(word) for word in words if word not in scanned)
        conditions = " AND ".join(["content MATCH ?"] * bool(matched) + ["instr(content, ?) > 0"] * len(scanned))
        yield Fragment(f"{texts} f WHERE {conditions}", (*([matched] if matched else []), *scanned))


def _anywhere(word: str) -> str:
    """Look for a word of two letters or more, wherever it stands: a blank at least stands on both of its sides."""
    if len(word) >= _TRIGRAM:
        return _phrases([word])
    return f"({' OR '.join(_phrases([part]) for each in _BESIDE for part in (each + word, word + each))})"


def _keyed(name: str, first: str | None, last: str | None) -> Fragment | None:
    """Look for keys from one value to another."""
    if first is None:
        return None
    keys = (
        "SELECT k.id AS rowid FROM _key k JOIN _key_property p ON p.code = k.code"
        " WHERE p.object = ? AND k.value BETWEEN ? AND ?"
    )
    return Fragment(f"({keys}) f WHERE 1", (name, first, last))


def _matching(table: str, parts: Sequence[str]) -> Fragment | None:
    if any(len(part) < _TRIGRAM for part in parts):
        return None
    return Fragment(f"{table} f WHERE content MATCH ?", (_phrases(parts),))


def _phrases(parts: Sequence[str]) -> str:
    return " ".join('"' + part.replace('"', '""') + '"' for part in parts)


def _statement(name: str, matching: Fragment, limit: int, only: Fragment | None) -> Fragment:
    condition = Fragment("", ())
    if only:
        condition = compose(f" AND EXISTS (SELECT 1 FROM {quoted(name)} t WHERE t.id = f.rowid AND {{}})", only)
    return compose(
        "SELECT f.rowid FROM {}{} ORDER BY f.rowid DESC LIMIT {}", matching, condition, Fragment("?", (limit,))
    )


def _moments(store: Store, object_type: ObjectType, ids: Mapping[int, int]) -> dict[int, int]:
    """When these records happened or were made, in microseconds, as far as that is known."""
    props = [prop for role in _WHEN if (prop := object_type.role(role)) and prop.value_type.name == "datetime"]
    if not props or not ids:
        return {}
    marks = ", ".join("?" * len(ids))
    query = f"SELECT id, {quoted(props[0].name)} FROM {quoted(object_type.name)} WHERE id IN ({marks})"
    return {i: at for i, at in store.index.connection.execute(query, [*ids]) if at is not None}
