"""What headings of any file mean."""

from __future__ import annotations

import pytest

from crmcli.model.duplicates import MEANINGS
from crmcli.model.meaning_words import NOTHING, _words, meaning_of


@pytest.mark.parametrize(
    ("heading", "meaning"),
    [
        ("given_name", "given"),
        ("Vorname", "given"),
        ("SURNAME", "surname"),
        ("Apellidos", "surname"),
        ("soc_sec_id", "id"),
        ("Social Security Number", "id"),
        ("BSN", "id"),
        ("credit-card-number", "id"),
        ("dob", "date"),
        ("Geb.-Datum", "date"),
        ("Date de naissance", "date"),
        ("suburb", "city"),
        ("birth_place", "city"),
        ("postcode_fake", "postcode"),
        ("billing_postcode", "postcode"),
        ("BillingCity", "city"),
        ("street_number", "house"),
        ("Huisnr.", "house"),
        ("addr", "street"),
        ("address_line1", "street"),
        ("Address 2", "text"),
        ("account_name", "org"),
        ("Telefon privat", "phone"),
        ("Phone type", "category"),
        ("occupation", "text"),
        ("gender", "category"),
        ("company_id", NOTHING),
        ("cluster_id", NOTHING),
        ("Created at", NOTHING),
        ("email_opt_in", NOTHING),
        ("ent", ""),
        ("", ""),
        ("???", ""),
        ("Owner email", NOTHING),
    ],
)
def test_headings_mean_what_the_longest_known_words_in_them_do(heading, meaning):
    assert meaning_of(heading, "person") == meaning


def test_a_name_is_a_persons_a_companys_or_a_things():
    assert [meaning_of("name", kind) for kind in ("person", "organisation", "thing")] == ["name", "org", "name"]
    assert [meaning_of("title", kind) for kind in ("person", "thing")] == ["category", "name"]


def test_all_words_have_a_meaning_that_the_search_knows():
    assert set(_words("person").values()) == {*MEANINGS, NOTHING}
