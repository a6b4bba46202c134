"""Planning and applying changes of the schema: what becomes of values, and that undo brings them back."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from changing import Changing, labelled
from crmcli.model.differences import What
from crmcli.services.associations import LinkRequest, link
from crmcli.services.schema_apply import StillTwice, WouldLose
from crmcli.services.undo import undo
from office import changed, made, values


@pytest.fixture
def cakes(tmp_path):
    changing = Changing(tmp_path)
    changing.write({"size": labelled("size", type="string"), "kind": labelled("kind", type="string")})
    return changing


def change(planned, what):
    """The one change of a kind."""
    (found,) = [one for one in planned.changes if one.difference.what is what]
    return found


def test_what_touches_no_value_needs_no_apply(cakes):
    made(cakes.open(), "cake", "name=Tart")
    cakes.write(
        {
            "size": labelled("size", type="number"),
            "kind": labelled("sort", type="string"),
            "new": labelled("n", type="date"),
        }
    )
    office = cakes.open()
    assert office.model.pending == ()
    ref = made(office, "cake", "name=Pie", "size=5", "new=2026-01-02")
    assert values(cakes.open(), ref)["size"] == 5
    assert not cakes.plan().changes


def test_what_no_record_holds_changes_at_once(cakes):
    made(cakes.open(), "cake", "name=Tart")
    cakes.write(
        {"size": labelled("size", type="number", formula='"1 + 1"'), "sort": labelled("sort", type="date", was="kind")}
    )
    office = cakes.open()
    assert office.model.pending == ()
    assert "kind" not in office.object("cake").properties
    assert office.object("cake").properties["size"].formula


def test_a_new_type_waits_and_the_former_one_holds_until_it_is_applied(cakes):
    ref = made(cakes.open(), "cake", "name=Tart", "size=12")
    other = made(cakes.open(), "cake", "name=Pie", "size=large")
    cakes.write({"size": labelled("size", type="number"), "kind": labelled("kind", type="string")})
    office = cakes.open()
    assert office.model.pending == (("cake", ""),)
    assert office.object("cake").properties["size"].value_type.name == "string"
    changed(office, ref, "size=1,200")
    found = change(cakes.plan(), What.TYPE)
    assert (found.records, found.failing, found.loses) == (2, 1, True)
    assert [(str(one.refs[0]), one.value) for one in found.examples] == [("cake:2", "large")]
    with pytest.raises(WouldLose):
        cakes.apply()
    changed(cakes.open(), other, "size=3")
    written = cakes.apply()
    assert written.counts == {("cake", "updated"): 2, ("file", "written"): 1}
    office = cakes.open()
    assert office.model.pending == ()
    assert [values(office, each)["size"] for each in (ref, other)] == [1200, 3]


def test_values_that_cannot_be_kept_go_with_consent_and_come_back_by_undo(cakes):
    ref = made(cakes.open(), "cake", "name=Tart", "size=large", "kind=sweet")
    before, schema = cakes.data(), cakes.schema()
    cakes.write({"size": labelled("size", type="number"), "kind": labelled("kind", type="string")})
    written = cakes.apply(allow_loss=True)
    assert "size" not in values(cakes.open(), ref)
    undo(cakes.open(), written.short_id)
    assert (cakes.data(), cakes.schema()) == (before, schema)
    assert cakes.open().model.pending
    assert values(cakes.open(), ref)["size"] == "large"


def test_a_renamed_property_takes_its_values_along(cakes):
    ref = made(cakes.open(), "cake", "name=Tart", "size=12", "kind=sweet")
    before = cakes.data()
    cakes.write({"width": labelled("width", type="number", was="size"), "kind": labelled("kind", type="string")})
    found = change(cakes.plan(), What.RENAMED)
    assert (found.records, found.failing, found.difference.was) == (1, 0, "size")
    written = cakes.apply()
    assert values(cakes.open(), ref) == {"name": "Tart", "width": 12, "kind": "sweet"}
    cakes.write(
        {
            "width": labelled("width", type="number", was="size"),
            "kind": labelled("kind", type="string"),
            "x": labelled("x", type="date"),
        }
    )
    made(cakes.open(), "cake", "name=Pie")
    undo(cakes.open(), written.short_id)
    assert before["data/cake/00000.json"].splitlines()[3:6] == cakes.data()["data/cake/00000.json"].splitlines()[3:6]
    assert '"x"' in cakes.schema()  # what was added since stays


def test_what_both_names_hold_is_a_loss(cakes):
    ref = made(cakes.open(), "cake", "name=Tart", "size=12")
    cakes.write({"width": labelled("width", type="string", was="size")})
    changed(cakes.open(), ref, "width=13")
    assert change(cakes.plan(), What.RENAMED).failing == 1
    with pytest.raises(WouldLose):
        cakes.apply()
    cakes.apply(allow_loss=True)
    assert values(cakes.open(), ref)["width"] == "13"


def test_a_removed_property_stays_in_the_file_unless_it_may_be_lost(cakes):
    ref = made(cakes.open(), "cake", "name=Tart", "size=12", "kind=sweet")
    cakes.write({"kind": labelled("kind", type="string")})
    assert cakes.open().object("cake").properties["size"].label == "Size"
    assert change(cakes.plan(), What.PROPERTY_REMOVED).records == 1
    written = cakes.apply()
    assert "size" not in cakes.open().object("cake").properties
    assert dict(cakes.open().store.record("cake", ref.id).extra) == {"size": "12"}
    undo(cakes.open(), written.short_id)
    assert values(cakes.open(), ref)["size"] == "12"
    before = cakes.data()
    written = cakes.apply(allow_loss=True)
    assert dict(cakes.open().store.record("cake", ref.id).extra) == {}
    undo(cakes.open(), written.short_id)
    assert cakes.data() == before


def test_unique_is_declared_by_apply_alone_and_refused_while_values_stand_twice(cakes):
    first, second = (made(cakes.open(), "cake", f"name={name}", "kind=sweet") for name in ("Tart", "Pie"))
    cakes.write({"kind": labelled("kind", type="string", unique="true")})
    office = cakes.open()
    assert not office.object("cake").properties["kind"].unique
    made(office, "cake", "name=Bun", "kind=sweet")
    found = change(cakes.plan(), What.UNIQUE)
    assert (found.refused, found.failing, len(found.examples[0].refs)) == (True, 1, 3)
    with pytest.raises(StillTwice):
        cakes.apply(allow_loss=True)
    changed(cakes.open(), first, "kind=a")
    changed(cakes.open(), second, "kind=b")
    cakes.apply()
    assert [hit.id for hit in cakes.open().store.find_key("cake.kind", "sweet")] == [3]
    cakes.write({"kind": labelled("kind", type="string")})
    assert cakes.open().object("cake").properties["kind"].unique
    cakes.apply()
    changed(cakes.open(), first, "kind=sweet")


def test_options_in_use_stay_valid_until_they_may_be_lost(cakes):
    cakes.write({"kind": labelled("kind", type="enumeration", options="{a: A, b: B}")})
    ref = made(cakes.open(), "cake", "name=Tart", "kind=a")
    before = cakes.data()
    cakes.write({"kind": labelled("kind", type="enumeration", options="{c: C}")})
    changed(cakes.open(), ref, "kind=c")
    changed(cakes.open(), ref, "kind=a")
    found = change(cakes.plan(), What.OPTIONS)
    assert (found.values, found.difference.values) == ((("a", 1),), ("a", "b"))
    with pytest.raises(WouldLose):
        cakes.apply()
    written = cakes.apply(allow_loss=True)
    assert "kind" not in values(cakes.open(), ref)
    undo(cakes.open(), written.short_id)
    assert cakes.data() == before


def test_a_smaller_scale_counts_what_would_not_fit(cakes):
    cakes.write({"size": labelled("size", type="number")})
    for size in ("1.25", "2", "1.5"):
        made(cakes.open(), "cake", "name=Tart", f"size={size}")
    cakes.write({"size": labelled("size", type="number", scale="1")})
    found = change(cakes.plan(), What.TYPE)
    assert (found.records, found.failing) == (3, 1)


def test_labels_and_associations_in_use(cakes):
    more = "associations:\n  contact:\n    labels: {Baker: {}, Taster: {}}\n"
    cakes.write({}, more=more)
    office = cakes.open()
    cake, ada = made(office, "cake", "name=Tart"), made(office, "contact", "firstname=Ada")
    link(office, LinkRequest(cake, ada, "Baker"))
    before = cakes.data()
    cakes.write({}, more="associations:\n  contact:\n    labels: {Taster: {}}\n")
    assert change(cakes.plan(), What.LABELS).records == 1
    written = cakes.apply(allow_loss=True)
    undo(cakes.open(), written.short_id)
    assert cakes.data() == before
    cakes.write({})
    assert change(cakes.plan(), What.ASSOCIATION_REMOVED).records == 1
    assert cakes.open().store.associations("cake", cake.id)
    written = cakes.apply(allow_loss=True)
    assert not cakes.open().store.associations("contact", ada.id)
    undo(cakes.open(), written.short_id)
    assert cakes.data() == before
    assert cakes.open().store.associations("contact", ada.id)


def test_a_removed_object_leaves_its_records_in_their_files(cakes):
    made(cakes.open(), "cake", "name=Tart", "size=12")
    before = cakes.data()
    (Path(cakes.root) / "schemas" / "cake.yaml").unlink()
    assert cakes.open().model.pending
    assert change(cakes.plan(), What.OBJECT_REMOVED).records == 1
    cakes.apply()
    assert not cakes.open().model.pending
    assert cakes.data() == before


KINDS = {
    "text": {"type": "string"},
    "long": {"type": "string", "fieldType": "textarea"},
    "number": {"type": "number"},
    "narrow": {"type": "number", "scale": "1"},
    "day": {"type": "date"},
    "flag": {"type": "bool"},
    "choice": {"type": "enumeration", "options": "{a: A, b: Bee}"},
    "choices": {"type": "enumeration", "fieldType": "checkbox", "options": "{a: A, b: Bee, c: C}"},
}
TYPED = ("a", "Bee", "1", "1.25", "2026-01-02", "yes", "a;b")
PROPERTIES = st.dictionaries(st.sampled_from(["p", "q", "r"]), st.sampled_from(sorted(KINDS)), max_size=3)


def schema_of(kinds, renamed=()):
    return {
        name: labelled(name, **KINDS[kind], **({"was": dict(renamed)[name]} if name in dict(renamed) else {}))
        for name, kind in kinds.items()
    }


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(
    before=PROPERTIES, after=PROPERTIES, typed=st.lists(st.sampled_from(TYPED), min_size=3, max_size=3), data=st.data()
)
def test_applying_and_undoing_gives_back_every_byte_and_nothing_is_lost_without_consent(before, after, typed, data):
    with tempfile.TemporaryDirectory() as folder:
        cakes = Changing(Path(folder))
        cakes.write(schema_of(before))
        for word in typed:
            office = cakes.open()
            said = [f"{name}={word}" for name, kind in before.items() if _takes(office, name, word)]
            made(office, "cake", "name=Tart", *said)
        files = cakes.data()
        gone = [name for name in before if name not in after]
        new = [name for name in after if name not in before]
        renamed = {new[0]: gone[0]} if new and gone and data.draw(st.booleans()) else {}
        cakes.write(schema_of(after, renamed))
        assert cakes.data() == files
        held, waiting = _held(files), cakes.plan().waits
        try:
            written = cakes.apply()
        except WouldLose:
            assert cakes.data() == files
            written = cakes.apply(allow_loss=True)
        else:
            assert _held(cakes.data()) == held
        if written.operation:
            undo(cakes.open(), written.short_id)
        assert cakes.data() == files
        assert cakes.plan().waits == waiting


def _takes(office, name, word):
    from crmcli.types.base import InvalidValue

    try:
        office.object("cake").properties[name].value_type.parse(word, office.context)
    except InvalidValue:
        return False
    return True


def _held(files):
    """How many values the records hold."""
    return sum(content.count(b'\n      "') for content in files.values())
