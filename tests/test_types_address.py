"""E-mail addresses, domains and web addresses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.types.base import InvalidValue
from crmcli.types.domain import registrable
from declared import CONTEXT, of, parse, refusal


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (" Ada@Example.COM ", "ada@example.com"),
        ("o'neil+crm@sub.example.co.uk", "o'neil+crm@sub.example.co.uk"),
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example"),
        ("josé@example.com", "josé@example.com"),
        ("mailto:ada@example.com", "ada@example.com"),
        ("a..b@example.com", "a..b@example.com"),
        ("ada@example.c0m", "ada@example.c0m"),
    ],
)
def test_email_is_lowered_and_its_domain_in_ascii(typed, address):
    assert parse("email", typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        "ada",
        "ada@",
        "@example.com",
        "ada@example",
        "a@b@example.com",
        "ada @example.com",
        "ada@exa mple.com",
        "ada@-x.com",
        "ada@x-.com",
        "ada@example..com",
        "ada@10.0.0.1",
        "a,b@example.com",
        "ada@example.com;ben@example.com",
        "ada\x07@example.com",
        "ada\u200b@example.com",
        "x" * 65 + "@example.com",
        "ada@" + "x" * 64 + ".com",
        "ada@\u2028.com",
    ],
)
def test_what_is_no_email_is_refused(typed):
    message, hint = refusal("email", typed)
    assert message.endswith("is not an e-mail address")
    assert hint == "write it like name@example.com"


def test_address_with_a_name_is_refused_with_the_address_in_it():
    assert refusal("email", "Ada <ada@x.org>") == (
        '"Ada <ada@x.org>" is not an e-mail address',
        "write the address alone: ada@x.org",
    )


@given(
    st.lists(
        st.from_regex(r"\s?[A-Za-zİß.]{0,3}@?[a-zéA-Z0-9.-]{0,6}\.(com|COM|1)\s?", fullmatch=True)
        | st.emails()
        | st.just("")
    )
)
def test_column_of_emails_reads_as_its_cells_and_comes_back(texts):
    bound = of("email")
    values = bound.parse_many(texts, CONTEXT)
    assert [str(v) for v in values] == [str(bound.parse_cell(t, CONTEXT)) for t in texts]
    for value in values:
        if isinstance(value, str):
            assert bound.parse(value, CONTEXT) == bound.accept(value) == value


@pytest.mark.parametrize(
    "value", ["Ada@example.com", " ada@example.com", "ada", 5, "ada@bücher.example", "mailto:a@b.co"]
)
def test_stored_email_is_in_lower_case(value):
    with pytest.raises(InvalidValue):
        of("email").accept(value)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Example.com", "example.com"),
        ("https://www.Example.com/pricing?x=1", "example.com"),
        ("http://user:pw@www.example.com:8080#top", "example.com"),
        ("ada@example.com", "example.com"),
        ("www.example.com.", "example.com"),
        ("www.com", "www.com"),
        ("www.www.com", "www.com"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("example。com", "example.com"),
        ("//example.com/x@y", "example.com"),
    ],
)
def test_domain_is_cut_out_of_what_is_typed(typed, name):
    assert parse("domain", typed) == name
    assert parse("domain", name) == of("domain").accept(name) == name


@pytest.mark.parametrize(
    "typed",
    [
        "example",
        "exa mple.com",
        "10.0.0.1",
        "https://",
        "-a.com",
        "a..com",
        "x" * 250 + ".com",
        ".com",
        "a_b.com",
        "http://[::1]/",
    ],
)
def test_what_is_no_domain_is_refused(typed):
    assert refusal("domain", typed)[0].endswith("is not a domain name")


@pytest.mark.parametrize("value", ["Example.com", "www.example.com", "https://example.com", "bücher.example", 5, "com"])
def test_stored_domain_is_the_name_alone(value):
    with pytest.raises(InvalidValue):
        of("domain").accept(value)


@pytest.mark.parametrize(
    ("domain", "registered"),
    [
        ("mail.acme.co.uk", "acme.co.uk"),
        ("acme.com", "acme.com"),
        ("co.uk", "co.uk"),
        ("a.b.xn--bcher-kva.example", "xn--bcher-kva.example"),
    ],
)
def test_registrable_part(domain, registered):
    assert registrable(domain) == registered


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("example.com", "https://example.com"),
        ("example.com:8080/a b".replace(" ", "%20"), "https://example.com:8080/a%20b"),
        ("//example.com/x", "https://example.com/x"),
        (" HTTP://Example.com/Path ", "HTTP://Example.com/Path"),
        ("ftp://example.com/file", "ftp://example.com/file"),
        ("https://bücher.example/ä?q=ö", "https://bücher.example/ä?q=ö"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://10.0.0.1/x", "http://10.0.0.1/x"),
        ("http://[::1]:80/x", "http://[::1]:80/x"),
        ("https://user@example.com/", "https://user@example.com/"),
    ],
)
def test_web_address_gets_a_scheme(typed, address):
    assert parse("url", typed) == address
    assert parse("url", address) == of("url").accept(address) == address


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("javascript:alert(1)", "only https, http, ftp addresses are kept"),
        ("data:text/html,x", "only https, http, ftp addresses are kept"),
        ("mailto:ada@example.com", "an e-mail address belongs in a property of its own"),
        ("not an address", "write it like https://example.com/page"),
        ("https://", "write it like https://example.com/page"),
        ("https://example", "write it like https://example.com/page"),
        ("https://example.com/\x1b[31m", "write it like https://example.com/page"),
        ("http:example.com", "write it like https://example.com/page"),
    ],
)
def test_what_is_no_web_address_is_refused(typed, hint):
    assert refusal("url", typed) == (f'"{typed}" is not a web address', hint)


def test_web_addresses_meet_without_regard_to_case_of_host_and_last_slash():
    canonical = of("url").canonical
    assert canonical("HTTPS://Example.com/") == canonical("https://example.com")
    assert canonical("https://example.com/A") != canonical("https://example.com/a")
