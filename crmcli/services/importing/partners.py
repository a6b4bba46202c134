"""Finding the records that the cells of a file name by a key or a name, those of this import among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.services.importing.values import Refusal
from crmcli.services.references import Ref
from crmcli.store.keys import KeyProperty, key_properties
from crmcli.types.base import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from crmcli.model.objects import ObjectType, Property
    from crmcli.services.importing.batch import Batch
    from crmcli.services.workspace import Workspace
    from crmcli.store.transaction import Transaction

_AT_ONCE = 500  # names in one question


@frozen
class Known:
    """By what the cells of a column name the records of an object: one of its properties."""

    object_name: str
    property_name: str


class Partners:
    """Finds records within one transaction; names are remembered, since nothing indexes them."""

    def __init__(self, workspace: Workspace, change: Transaction, coming: Mapping[Known, Iterable[str]] = {}) -> None:
        """Prepare to find what is there, made meanwhile, or `coming`: cells that name what is yet to be made."""
        self._workspace = workspace
        self._change = change
        self._coming: dict[Known, set[str]] = {}
        self._named: dict[str, dict[str, list[int]]] = {}
        self._born: dict[str, dict[str, list[int]]] = {}  # likewise, by this import
        for known, texts in coming.items():
            self._expect(known, texts)

    def _expect(self, known: Known, texts: Iterable[str]) -> None:
        prop = self._object(known).properties[known.property_name]
        self._coming.setdefault(known, set()).update(_folded(prop, self._read(prop, texts)).values())

    def expected(self, known: Known, text: str) -> bool:
        """Whether this import is yet to make a record that a cell names."""
        coming = self._coming.get(known)
        if not coming:
            return False
        prop = self._object(known).properties[known.property_name]
        return bool(coming & set(_folded(prop, self._read(prop, [text])).values()))

    def find(self, known: Known, texts: Iterable[str]) -> Mapping[str, int | Refusal]:
        """Give the record that each text names, or why there is none; column and value of a refusal are "" yet."""
        found = self._object(known)
        prop = found.properties[known.property_name]
        read = self._read(prop, dict.fromkeys(texts))
        key = next((key for key in key_properties(found) if key.property is prop), None)
        ids = self._by_key(found, key, read) if key else self._by_name(found, prop, read)
        return {text: self._one(found, prop, (text, value), ids.get(text, ())) for text, value in read.items()}

    def named(self, known: Known, texts: Iterable[str]) -> Mapping[str, Sequence[int]]:
        """Give the records that were there before this import and have these names."""
        found = self._object(known)
        prop = found.properties[known.property_name]
        return self._by_name(found, prop, self._read(prop, dict.fromkeys(texts)))

    def remember(self, found: ObjectType, batch: Batch) -> None:
        """Remember what new records are called, where others may name them so."""
        named = found.role("name")
        if named is None or Known(found.name, named.name) not in self._coming:
            return
        names, born = batch.values.columns.get(named.name, ()), self._born.setdefault(found.name, {})
        for row, record_id in batch.written.items() if names else ():
            if (name := names[row]) is not None:
                born.setdefault(str(name).casefold(), []).append(record_id)

    def associated(self, ref: Ref, others: Iterable[Ref]) -> bool:
        """Whether a record was associated with any of these before this import."""
        wanted = {(other.object_name, other.id) for other in others}
        there = self._workspace.store.associations(ref.object_name, ref.id) if wanted else ()
        return any((one.other_object, one.other_id) in wanted for one in there)

    def there(self, object_name: str, ids: Iterable[int]) -> set[int]:
        """Give those of these ids that records have, before this import or by it."""
        wanted = sorted(set(ids))
        there = self._workspace.store.present(object_name, wanted) if wanted else set()
        return there | {each for each in wanted if self._change.creating.made(object_name, each, each)}

    def _object(self, known: Known) -> ObjectType:
        return self._workspace.model.objects[known.object_name]

    def _read(self, prop: Property, texts: Iterable[str]) -> dict[str, object]:
        """Give the values of texts, refusals among them; blank texts are left out."""
        cells = list(texts)
        values = prop.value_type.parse_many(cells, self._workspace.context)
        return {text: value for text, value in zip(cells, values, strict=True) if value is not None}

    def _one(self, found: ObjectType, prop: Property, read: tuple[str, object], ids: Sequence[int]) -> int | Refusal:
        text, value = read
        label = found.label.lower()
        if isinstance(value, InvalidValue):
            return Refusal("INVALID_ASSOCIATION_KEY", value.message)
        if not ids:
            return Refusal("ASSOCIATION_RECORD_NOT_FOUND", f'there is no {label} with the {prop.label} "{text}"')
        return several(found, prop, text, ids) if len(ids) > 1 else ids[0]

    def _by_key(self, found: ObjectType, key: KeyProperty, read: Mapping[str, object]) -> dict[str, Sequence[int]]:
        keys = _folded(key.property, read)
        values = list(set(keys.values()))
        held = self._change.ledger(found.name).held(key.kind, values) if values else {}
        before = self._workspace.store.find_keys(key.kind, values, found.name) if values else {}
        several = {value: sorted({hit.id for hit in hits}) for value, hits in before.items() if len(hits) > 1}
        return {text: several.get(value) or [held[value].id] for text, value in keys.items() if value in held}

    def _by_name(self, found: ObjectType, prop: Property, read: Mapping[str, object]) -> dict[str, Sequence[int]]:
        named = self._named.setdefault(found.name, {})
        names = {text: str(value).casefold() for text, value in read.items() if not isinstance(value, InvalidValue)}
        asked = [text for text, name in names.items() if name not in named]
        for start in range(0, len(asked), _AT_ONCE):
            self._learn(found, prop, asked[start : start + _AT_ONCE])
        born = self._born.get(found.name, {})
        return {text: sorted({*named.get(name, ()), *born.get(name, ())}) for text, name in names.items()}

    def _learn(self, found: ObjectType, prop: Property, names: Sequence[str]) -> None:
        """Look names up, and remember what there is and what there is not."""
        from crmcli.query import Selection, select
        from crmcli.services.lookup import literal

        where = f"{prop.name} in ({', '.join(map(literal, names))})"
        wanted = Selection(found, where=where, columns=(prop.name,), sort=())
        known = self._named[found.name]
        known.update({name.casefold(): [] for name in names})
        for record_id, name, *_ in self._workspace.store.rows(
            select(wanted, self._workspace.model, self._workspace.context)
        ):
            known.setdefault(str(name).casefold(), []).append(record_id)


def several(found: ObjectType, prop: Property, text: str, ids: Sequence[int]) -> Refusal:
    """Refuse a name that means several records."""
    named = ", ".join(str(Ref(found.name, i)) for i in ids[:5])
    domain = prop.value_type.name == "domain"
    code = "MULTIPLE_COMPANIES_WITH_THIS_DOMAIN" if domain else "INVALID_ASSOCIATION_KEY"
    return Refusal(code, f'several records have the {prop.label} "{text}": {named}')


def _folded(prop: Property, read: Mapping[str, object]) -> dict[str, str]:
    """Give the keys of values as the index has them, by text."""
    return {
        text: prop.value_type.canonical(value)  # type: ignore[arg-type]  # refusals are left out
        for text, value in read.items()
        if not isinstance(value, InvalidValue)
    }
