"""Duplicates among records: what is compared, which groups come of it, and why."""

from __future__ import annotations

import os
import shutil
from itertools import product

import pytest

from crmcli.dedupe.explain import Reason
from crmcli.dedupe.levels import LEVELS
from crmcli.services.associations import LinkRequest, link
from crmcli.services.duplicates.columns import feed
from crmcli.services.duplicates.explaining import NotSearched, NotTwoOfOne, compare
from crmcli.services.duplicates.finding import (
    DuplicateSettingsRefused,
    FindDuplicates,
    NotAProbability,
    find,
    settings_of,
)
from crmcli.services.duplicates.groups import pages
from crmcli.services.duplicates.judgements import DIFFERENT, SAME, judge
from crmcli.services.duplicates.texts import BLOCK, Texts
from crmcli.services.duplicates.wording import Wording
from crmcli.services.importing.imports import ImportRequest, import_file
from crmcli.services.merging.merging import merge
from crmcli.services.merging.plans import MergeRecords
from crmcli.services.references import Ref
from crmcli.types.moment import NotADateTime
from office import later, made, make_office, reopened

HEADER = (
    "First name,Last name,Email,Additional email addresses,Phone,Mobile phone,Company name,Job title,City,"
    "Date of birth\n"
)
# Everyone is somebody else but these: 3 is 1 by another e-mail, 6 is 2 misspelt, 9 is 1 by what 3 has.
PEOPLE = """\
Sanne,de Vries,sanne@windmolen.example,,+31 20 000 0111,,Windmolen,Manager,Amsterdam,1980-02-03
Charlotte,Hasselbach,charlotte@noord.example,,+31 50 000 0122,,Noord,Director,Groningen,
Sanne,de Vries,s.devries@mail.example,sanne@home.example,+31 20 000 0111,+31 6 00000111,Windmolen B.V.,,Amsterdam,
Bram,Visser,bram@windmolen.example,,+31 20 000 0112,,Windmolen,Brewer,Amsterdam,
Joost,Hoekstra,joost@noord.example,,+31 50 000 0123,,Noord,Controller,Groningen,1991-05-06
Charlote,Hasselbach,c.hasselbach@noord.example,,+31 50 000 0122,,Noord,,Groningen,
Pieter,van Dijk,pieter@vandijk.example,,+31 10 000 0132,,Van Dijk,Director,Rotterdam,
Mila,Jansen,mila@vandijk.example,,+31 10 000 0133,,Van Dijk,Planner,Rotterdam,
S,de Vries,,sanne@work.example;s.devries@mail2.example,,+31 6 00000111,Windmolen,,Amsterdam,
Nora,Bakker,nora@stadsbomen.example,,+31 30 000 0151,,Stadsbomen,Chair,Utrecht,
Aisha,Bouzid,aisha@stadsbomen.example,,+31 30 000 0152,,Stadsbomen,Gardener,Utrecht,
"""
GIVEN = (
    "Anouk",
    "Bas",
    "Carla",
    "Daan",
    "Eva",
    "Floor",
    "Gijs",
    "Hanna",
    "Ivo",
    "Julia",
    "Koen",
    "Lotte",
    "Mees",
    "Noor",
)
FAMILY = (
    "Aalders",
    "Blom",
    "Claes",
    "Dekker",
    "Evers",
    "Faber",
    "Groen",
    "Hofman",
    "Jonker",
    "Kuiper",
    "Linders",
    "Nauta",
)
ALL = 11 + len(GIVEN) * len(FAMILY)


def crowd():
    """Other people, in rows of the same columns."""
    for number, (given, family) in enumerate(product(GIVEN, FAMILY)):
        city = ("Delft", "Leiden", "Breda", "Zwolle", "Arnhem")[number * 7 % 5]
        phone = f"+31 40 {(number * 7919 + 1234567) % 10_000_000:07}"
        yield f"{given},{family},{given}.{family}{number}@post.example,,{phone},,Firm {number * 31 % 97},,{city},\n"


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    folder = tmp_path_factory.mktemp("filled")
    workspace = make_office(folder)
    path = folder / "people.csv"
    path.write_text(HEADER + PEOPLE + "".join(crowd()), encoding="utf-8")
    assert import_file(workspace, ImportRequest("contact", str(path))).created == ALL
    made(workspace, "company", "name=Windmolen Brouwerij", "domain=windmolen.example")
    for number in (1, 4):
        link(workspace, LinkRequest(contact(number), Ref("company", 1)))
    return workspace


@pytest.fixture
def office(filled, tmp_path):
    """The same people in a folder of their own."""
    shutil.copytree(os.path.dirname(filled.root), tmp_path, dirs_exist_ok=True)
    return reopened(tmp_path)


def contact(number):
    return Ref("contact", number)


TRIPLE, PAIR = tuple(map(contact, (1, 3, 9))), tuple(map(contact, (2, 6)))


def groups(workspace, **said):
    return {group.refs for group in find(workspace, FindDuplicates("contacts", **said)).groups}


def said(workspace, text, name="contact"):
    path = os.path.join(workspace.root, "dedupe")
    os.makedirs(path, exist_ok=True)
    with open(os.path.join(path, f"{name}.yaml"), "w", encoding="utf-8") as file:
        file.write(text)


def columns(workspace, name="contact", where=""):
    found = workspace.object(name)
    fed = feed(workspace, found, settings_of(workspace, found), where)
    return {column.name: (column.meaning, list(column.values)) for column in fed.columns}


def test_texts_are_the_texts_that_were_added():
    texts = Texts()
    assert (list(texts), len(texts), texts.filled) == ([], 0, False)
    everything = ["", "é\nb", "with\0in", *map(str, range(BLOCK * 2))]
    texts.add(everything[:BLOCK])
    texts.add(everything[BLOCK:])
    everything[2] = "with in"
    assert list(texts) == everything
    assert [texts[place] for place in range(len(everything))] == everything
    assert texts[1:4] == everything[1:4]
    assert texts[-1] == everything[-1]
    assert texts.filled
    for beyond in (len(everything), -len(everything) - 1):
        with pytest.raises(IndexError):
            texts[beyond]


def test_texts_of_nothing_are_not_filled():
    texts = Texts()
    texts.add([""] * BLOCK)
    texts.add_empty(BLOCK * 2)
    texts.add_empty(1)
    assert not texts.filled
    assert list(texts) == [""] * (BLOCK * 3 + 1)
    assert (len(texts), texts[-1]) == (BLOCK * 3 + 1, "")


def test_each_property_with_a_meaning_is_a_column_and_several_values_are_several(filled):
    found = {name: (meaning, values[:11]) for name, (meaning, values) in columns(filled).items()}
    assert found["firstname"][0] == "given"
    assert found["firstname"][1][:2] == ["Sanne", "Charlotte"]
    second = ["", "", "sanne@home.example", *[""] * 5, "sanne@work.example", "", ""]
    assert found["hs_additional_emails"] == ("email", second)
    assert found["hs_additional_emails 2"] == ("email", [*[""] * 8, "s.devries@mail2.example", "", ""])
    assert found["company.name"] == ("org", ["Windmolen Brouwerij", "", "", "Windmolen Brouwerij", *[""] * 7])
    assert "address" not in found  # nobody has one


def test_only_the_records_that_meet_a_condition_are_fed(filled):
    assert columns(filled, where="city = 'Utrecht'")["firstname"] == ("given", ["Nora", "Aisha"])


def test_moments_are_days_of_the_workspaces_zone_and_options_have_their_labels(tmp_path):
    workspace = make_office(tmp_path)
    made(workspace, "deal", "name=Mill", "amount=1200.50", "closedate=2026-12-01 00:30", "dealtype=newbusiness")
    assert columns(workspace, "deal") == {
        "dealname": ("org", ["Mill"]),
        "amount": ("category", ["1200.5"]),
        "closedate": ("date", ["2026-12-01"]),
        "dealtype": ("category", ["New Business"]),
    }


def test_duplicates_come_in_groups_the_surest_first(filled):
    found = find(filled, FindDuplicates("contacts"))
    assert (found.object_name, found.plural, found.searched) == ("contact", "Contacts", ALL)
    assert {group.refs for group in found.groups} == {TRIPLE, PAIR}
    assert found.groups[0].probability >= found.groups[1].probability > 0.5
    (triple,) = (group for group in found.groups if group.refs == TRIPLE)
    assert len(triple.links) == 2
    assert {ref for link in triple.links for ref in (link.ref, link.like)} == set(TRIPLE)
    assert sum(band.groups for band in found.bands()) == 2
    assert sum(band.records for band in found.bands()) == 5


def test_the_same_store_gives_the_same_answer(filled):
    one, other = (find(filled, FindDuplicates("contacts")).groups for _ in range(2))
    assert one == other


def test_a_group_says_why_in_words_and_bits(filled):
    (group,) = (page for page in pages(filled, find(filled, FindDuplicates("contacts"))) if page.members[0].ref.id == 2)
    one, other = group.members
    assert (one.title, one.facts[:2], one.like) == (
        "Charlotte Hasselbach",
        ("charlotte@noord.example", "+31500000122"),
        None,
    )
    assert other.like == contact(2)
    told = {each.words: each for each in other.evidence}
    assert told["first name differs by one letter"].bits > 0
    assert told["first name differs by one letter"].a == "Charlotte"
    assert told["first name differs by one letter"].b == "Charlote"
    assert any(each.level == "same" and "phone" in each.columns for each in other.evidence)


def test_pages_are_as_many_as_are_asked_for(filled):
    found = find(filled, FindDuplicates("contacts"))
    assert [page.number for page in pages(filled, found, 1)] == [1]
    assert [page.number for page in pages(filled, found)] == [1, 2]


def test_a_least_probability_leaves_groups_out(filled):
    assert groups(filled, minimum=1) == set()
    with pytest.raises(NotAProbability, match='"90" is no probability'):
        groups(filled, minimum=90)


def test_a_condition_leaves_records_out(filled):
    assert groups(filled, where="not city = 'Groningen'") == {TRIPLE}
    assert groups(filled, where="city = 'Utrecht'") == set()


def test_new_groups_have_a_record_that_is_new(office):
    tomorrow = later(office, minutes=24 * 60)
    assert groups(tomorrow, new_since="2026-11-24") == set()
    again = made(tomorrow, "contact", "name=Bram Visser", "phone=+31200000112", "company=Windmolen", "jobtitle=Brewer")
    assert groups(tomorrow, new_since="2026-11-24") == {(contact(4), again)}
    assert groups(tomorrow, new_since="2026-11-23") == {TRIPLE, PAIR, (contact(4), again)}
    with pytest.raises(NotADateTime):
        groups(tomorrow, new_since="soon")


def test_the_workspace_sets_the_least_probability_and_what_is_compared(office):
    said(office, "minimum: 1\n")
    assert groups(office) == set()
    assert groups(office, minimum=0.5) == {TRIPLE, PAIR}
    names = "firstname: none, lastname: none, email: none, hs_additional_emails: none"
    said(office, f"meanings: {{{names}, mobilephone: none}}\n")
    assert "lastname" not in columns(office)
    assert groups(office) == set()


def test_blocked_values_are_no_evidence_and_weights_say_how_much_others_are(office):
    before = compare(office, FindDuplicates("contact"), ("contact:2", "contact:6"))
    assert any("phone" in each.columns and each.bits > 0 for each in before.evidence)
    said(office, "blocked: ['+31500000122']\nweights: {firstname: 0}\n")
    after = compare(office, FindDuplicates("contact"), ("contact:2", "contact:6"))
    assert not any("phone" in each.columns for each in after.evidence)
    assert not any("firstname" in each.columns for each in after.evidence)
    assert after.bits < before.bits


def test_settings_that_are_not_in_order_are_refused(office):
    said(office, "minimum: 0.9\nmeanings: {jobtitel: category}\n")
    with pytest.raises(DuplicateSettingsRefused) as refusal:
        find(office, FindDuplicates("contact"))
    assert (refusal.value.message, refusal.value.hint) == (
        'dedupe/contact.yaml:2: there is no property "jobtitel" to mean category',
        "did you mean jobtitle?",
    )


def test_judgements_hold_against_all_evidence(office):
    judge(office, (contact(2), contact(6)), DIFFERENT)
    judge(office, (contact(7), contact(8)), SAME)
    found = find(office, FindDuplicates("contacts"))
    assert {group.refs for group in found.groups} == {TRIPLE, (contact(7), contact(8))}
    assert [[(link.ref, link.like) for link in group.links] for group in found.groups if len(group.refs) == 2] == [
        [(contact(8), contact(7))]
    ]


def test_any_two_records_are_compared_in_the_order_in_which_they_are_named(filled):
    one = compare(filled, FindDuplicates("contact"), ("contact:10", "bram@windmolen.example"))
    other = compare(filled, FindDuplicates("contact"), ("contact:4", "contact:10"))
    assert (one.refs, one.titles) == ((contact(10), contact(4)), ("Nora Bakker", "Bram Visser"))
    assert (one.bits, one.probability, one.prior) == (other.bits, other.probability, other.prior)
    assert one.probability < 0.01
    assert [(each.a, each.b) for each in one.evidence if each.columns == ("firstname",)] == [("Nora", "Bram")]
    assert [(each.words, each.b, each.a) for each in other.evidence] == [(e.words, e.a, e.b) for e in one.evidence]
    assert sum(each.bits for each in one.evidence) + one.prior == pytest.approx(one.bits, abs=0.01)


@pytest.mark.parametrize("texts", [("contact:1", "contact:1"), ("contact:1", "company:1"), ("company:1", "contact:1")])
def test_only_two_records_of_the_object_are_compared(filled, texts):
    with pytest.raises(NotTwoOfOne):
        compare(filled, FindDuplicates("contacts"), texts)


def test_a_record_is_not_compared_with_what_was_merged_into_it(filled):
    one, two = (made(filled, "contact", f"firstname={name}") for name in ("A", "B"))
    merge(filled, MergeRecords(one, (two,)))
    with pytest.raises(NotTwoOfOne, match=f"{one} and {two} are one record: {one}"):
        compare(filled, FindDuplicates("contacts"), (str(one), str(two)))


def test_a_record_that_the_condition_leaves_out_is_not_compared(filled):
    request = FindDuplicates("contacts", where="city = 'Utrecht'")
    assert compare(filled, request, ("contact:10", "contact:11")).refs == (contact(10), contact(11))
    with pytest.raises(NotSearched, match="contact:1 does not meet the condition"):
        compare(filled, request, ("contact:10", "contact:1"))


def test_where_there_is_nothing_to_compare_nothing_is_found(filled):
    found = find(filled, FindDuplicates("tickets"))
    assert (found.searched, found.groups, found.bands()) == (0, (), ())


@pytest.mark.parametrize(
    ("columns", "meanings", "level", "words"),
    [
        (["phone"], ["phone"], "same", "same phone number"),
        (["lastname"], ["surname"], "one letter", "last name differs by one letter"),
        (["email", "hs_additional_emails"], ["email", "email"], "differs", "other email"),
        (["email"], ["domain"], "same", "same domain of email"),
        (["company", "company.name", "city"], ["org", "org", "city"], "same", "same company name and city"),
        (
            ["phone", "company", "city"],
            ["phone", "org", "city"],
            "part",
            "phone number, company name and city in part the same",
        ),
        (["phone", "city"], ["phone", "city"], "one letter", "phone number and city differ by one letter"),
        (["phone"], ["phone"], "one letter", "phone number differs by one digit"),
    ],
)
def test_a_reason_in_words_names_what_is_compared_crosswise_once(filled, columns, meanings, level, words):
    fed = find(filled, FindDuplicates("contacts")).search.feed
    reason = Reason(tuple(columns), level, 1.0, "x", "y", tuple(meanings))
    assert Wording(fed).words(reason) == words


def test_every_level_has_words(filled):
    wording = Wording(find(filled, FindDuplicates("contacts")).search.feed)
    levels = [level for level in LEVELS if level != "missing"]  # of which there never is a reason
    said = {wording.words(Reason(("city",), level, 1.0, "x", "y", ("city",))) for level in levels}
    assert len(said) == len(levels)


def test_a_crm_of_a_few_people_has_its_duplicates_found(tmp_path):
    workspace = make_office(tmp_path)
    path = tmp_path / "people.csv"
    path.write_text(HEADER + PEOPLE, encoding="utf-8")
    import_file(workspace, ImportRequest("contact", str(path)))
    assert groups(workspace) == {TRIPLE, PAIR}


def test_a_thing_is_told_by_its_name_and_not_by_whose_it_is(tmp_path):
    workspace = make_office(tmp_path)
    company = made(workspace, "company", "name=Windmolen")
    deals = [
        made(workspace, "deal", f"name={name}", f"amount={amount}")
        for name, amount in (
            ("Windmolen: seasonal labels", 18500),
            ("Windmolen: taproom signage", 6400),
            ("Windmolen: website", 6400),
            ("Windmolen - seasonal labels", 18500),
            ("Photography", 1200),
        )
    ]
    for deal in deals:
        link(workspace, LinkRequest(deal, company))
    found = find(workspace, FindDuplicates("deal"))
    assert [group.refs for group in found.groups] == [(deals[0], deals[3])]


def test_progress_is_told_from_the_beginning_to_the_end(filled):
    told = []
    find(filled, FindDuplicates("contacts"), lambda done, steps: told.append(done / steps))
    assert told[0] == 0
    assert told[-1] == 1
    assert told == sorted(told)


def test_associated_records_that_have_no_name_to_compare_do_not_count(tmp_path):
    workspace = make_office(tmp_path)
    with open(os.path.join(workspace.root, "schemas", "plot.yaml"), "w", encoding="utf-8") as file:
        file.write("label: Plot\nplural: Plots\nbased_on: _custom\ndisplay: [acres]\nassociations: {contact: {}}\n")
        file.write("properties:\n  acres: {label: Acres, type: number}\n")
    with open(os.path.join(workspace.root, "schemas", "contact.yaml"), "w", encoding="utf-8") as file:
        file.write("duplicates:\n  associations: {plot: category}\n")
    workspace = reopened(tmp_path)
    link(workspace, LinkRequest(made(workspace, "plot", "acres=5"), made(workspace, "contact", "name=Ada King")))
    assert columns(workspace) == {"firstname": ("given", ["Ada"]), "lastname": ("surname", ["King"])}
