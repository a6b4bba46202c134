"""Yes or no, options by value and label, several values, and users."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.frozen import replace
from crmcli.types import bind
from crmcli.types.base import InvalidValue
from declared import CONTEXT, Choice, Declared, of, parse, refusal

STAGES = (
    Choice("lead", "Lead"),
    Choice("MQL", "Marketing qualified lead", aliases=("Warm", "customer")),
    Choice("other", "customer"),
    Choice("customer", "Customer"),
    Choice("1", "New"),
    Choice("old", "Old one", hidden=True),
)
STAGE = bind(Declared("enumeration", "select", options=STAGES))
STAGES_SEVERAL = bind(Declared("enumeration", "checkbox", options=STAGES))
OPEN = bind(Declared("enumeration", "checkbox"))


@pytest.mark.parametrize("typed", ["true", "YES", "y", "1", "on", " Yes "])
def test_yes(typed):
    assert parse("bool", typed) is True


@pytest.mark.parametrize("typed", ["false", "No", "n", "0", "OFF"])
def test_no(typed):
    assert parse("bool", typed) is False


def test_neither_yes_nor_no_is_refused():
    assert refusal("bool", "maybe") == ('"maybe" is neither yes nor no', "write yes or no, true or false, 1 or 0")
    for value in (1, 0, "true", None):
        with pytest.raises(InvalidValue):
            of("bool").accept(value)


def test_bool_is_a_whole_number_in_the_index():
    bound = of("bool")
    assert (bound.column(True), bound.column(False)) == (1, 0)
    assert (bound.stored(1), bound.stored(0)) == (True, False)
    assert [bound.show(v, CONTEXT) for v in (True, False)] == ["yes", "no"]


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("lead", "lead"),
        ("LEAD", "lead"),
        ("mql", "MQL"),
        ("marketing qualified LEAD", "MQL"),
        ("warm", "MQL"),
        ("customer", "customer"),
        (" new ", "1"),
        ("Old one", "old"),
    ],
)
def test_option_is_found_by_value_then_label_in_any_case(typed, value):
    assert STAGE.parse(typed, CONTEXT) == value


def test_misspelt_option_is_refused_with_the_nearest():
    with pytest.raises(InvalidValue) as caught:
        STAGE.parse("Leed", CONTEXT)
    assert (caught.value.message, caught.value.hint) == ('"Leed" is not an option', "did you mean lead?")


def test_option_like_no_other_is_refused_with_those_there_are_but_for_hidden_ones():
    with pytest.raises(InvalidValue) as caught:
        STAGE.parse("zzzzzz", CONTEXT)
    assert caught.value.hint == "one of: lead, MQL, other, customer, 1"


def test_long_lists_of_options_are_cut_in_the_hint():
    many = bind(Declared("enumeration", "select", options=tuple(Choice(f"k{n}", f"k{n}") for n in range(20))))
    with pytest.raises(InvalidValue) as caught:
        many.parse("zzzzzz", CONTEXT)
    assert caught.value.hint == "one of: k0, k1, k2, k3, k4, k5, k6, k7 … (20 in all)"


def test_option_is_shown_by_label_unless_that_means_another():
    assert [STAGE.show(c.value, CONTEXT) for c in STAGES] == [
        "Lead",
        "Marketing qualified lead",
        "other",
        "Customer",
        "New",
        "Old one",
    ]


def test_only_values_are_stored():
    assert STAGE.accept_many(["lead", None, "MQL"]) == ["lead", None, "MQL"]
    results = STAGE.accept_many(["lead", "Lead", 5, ["lead"]])
    assert results[0] == "lead"
    assert [r.message for r in results[1:]] == [
        '"Lead" is not an option',
        '"5" is not the value of an option',
        """"['lead']" is not the value of an option""",
    ]


def test_without_options_any_text_is_one():
    assert of("option").parse("  anything ", CONTEXT) == "anything"
    assert of("option").accept("anything") == "anything"


@given(st.lists(st.tuples(st.text(min_size=1, max_size=3), st.text(max_size=3)), min_size=1, max_size=6))
def test_every_option_shown_is_read_back(pairs):
    values = {value: Choice(value, label) for value, label in pairs if value.strip() == value}
    options = tuple(values.values())
    bound = bind(Declared("enumeration", "select", options=options)) if options else of("option")
    for option in options:
        assert bound.parse(bound.show(option.value, CONTEXT), CONTEXT) == option.value


def test_several_are_read_between_semicolons_once_each():
    assert STAGES_SEVERAL.parse("lead; New;;LEAD;", CONTEXT) == ["lead", "1"]
    assert STAGES_SEVERAL.parse('["lead", "1"]', CONTEXT) == ["lead", "1"]
    assert STAGES_SEVERAL.show(["lead", "1"], CONTEXT) == "Lead; New"
    assert STAGES_SEVERAL.column(["lead", "1"]) == '["lead","1"]'
    assert STAGES_SEVERAL.stored('["lead","1"]') == ["lead", "1"]
    assert STAGES_SEVERAL.canonical(["b", "a"]) == STAGES_SEVERAL.canonical(["a", "b"])


def test_several_of_a_type_are_what_that_type_reads():
    emails = bind(Declared("enumeration", "checkbox", "email"))
    assert emails.parse("Ada@Example.com; ben@example.com", CONTEXT) == ["ada@example.com", "ben@example.com"]
    with pytest.raises(InvalidValue, match='"x" is not an e-mail address'):
        emails.parse("ada@example.com;x", CONTEXT)


@pytest.mark.parametrize("value", ["lead", [], [5], ["Lead"], None])
def test_what_is_no_list_of_values_is_not_accepted(value):
    with pytest.raises(InvalidValue):
        STAGES_SEVERAL.accept(value)


def test_semicolons_alone_hold_no_value():
    with pytest.raises(InvalidValue) as caught:
        OPEN.parse(" ; ", CONTEXT)
    assert caught.value.message == '" ; " holds no value'


@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=4).filter(
            lambda t: t.strip() == t
        ),
        min_size=1,
        unique=True,
    )
)
def test_several_shown_are_read_back_whatever_is_in_them(values):
    assert OPEN.parse(OPEN.show(values, CONTEXT), CONTEXT) == values


@pytest.mark.parametrize(
    ("typed", "value"),
    [("ada", "ada"), ("ADA", "ada"), ("ada lovelace", "ada"), ("Ada@Example.com", "ada"), ("me", "ben"), ("Me", "ben")],
)
def test_user_is_found_by_id_name_or_email(typed, value):
    assert parse("user", typed, me="ben") == value


def test_unknown_user_is_refused_with_the_nearest_and_how_to_add_one():
    assert refusal("user", "adaa") == (
        '"adaa" is not a user of this workspace',
        "did you mean ada? Or add a user: crm user add",
    )
    assert refusal("user", "x", users=()) == ('"x" is not a user of this workspace', "add a user: crm user add")


def test_name_of_two_users_is_refused_with_their_ids():
    assert refusal("user", "Ben Nevis") == ('"Ben Nevis" is the name of 2 users', "write one of their ids: ben, ben2")


def test_me_is_refused_where_nobody_acts():
    assert refusal("user", "me")[0] == '"me" is nobody: who acts is not a user of this workspace'


def test_user_is_shown_by_name_where_that_is_theirs_alone():
    show = of("user").show
    assert [show(v, CONTEXT) for v in ("ada", "ben", "gone")] == ["Ada Lovelace", "ben", "gone"]
    for user in CONTEXT.users:
        assert of("user").parse(show(user.id, CONTEXT), replace(CONTEXT, me="ada")) == user.id


@pytest.mark.parametrize("value", ["", 5, None])
def test_stored_user_is_an_id(value):
    with pytest.raises(InvalidValue):
        of("user").accept(value)


@pytest.mark.parametrize(
    ("typed", "value"), [("marketing-qualified lead", "MQL"), ("Old & one", "old"), ("OLD_ONE", "old"), ("M-QL", "MQL")]
)
def test_punctuation_makes_no_other_option(typed, value):
    assert STAGE.parse(typed, CONTEXT) == value


def test_what_may_be_two_options_is_refused():
    marks = bind(Declared("enumeration", "select", options=(Choice("A+", "Good"), Choice("A-", "Fair"))))
    assert marks.parse("a+", CONTEXT) == "A+"
    with pytest.raises(InvalidValue) as caught:
        marks.parse("a", CONTEXT)
    assert (caught.value.message, caught.value.hint) == ('"a" may mean Good or Fair', "write the one that is meant")
