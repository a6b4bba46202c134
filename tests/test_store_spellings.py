"""Spellings: what names a person is found however it is written, and nobody else is taken for them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from crmcli.store.spellings import ERASED, Spellings

ADA = Spellings(
    ["ada@example.com", "ada@xn--mller-kva.example"],
    [("31", "612345678"), ("1", "7019164104"), ("31", "112")],
    [["Ada", "Lovelace"], ["Zoë", "Müller"], ["Ada"]],
)


@pytest.mark.parametrize(
    "text",
    [
        "ada@example.com",
        "ADA@Example.COM",
        "mailto:ada%40example.com",
        "ada@müller.example",
        "ada@XN--mller-kva.example",
        "+31612345678",
        "+31 6 1234 5678",
        "+31 (0)6-12.34.56.78",
        "0031 612345678",
        "06 12 34 56 78",
        "(06) 12345678",
        "612345678",
        "+1 (701) 916-4104",
        "701.916.4104",
        "Ada Lovelace",
        "ADA  lovelace",
        "Ada\nLovelace",
        "Lovelace, Ada",
        "Lovelace Ada",
        "Zoë Müller",
        "Zoe\u0308 Mu\u0308ller",
        "zoe muller",
        r"Zo\u00eb M\u00fcller",
        r"Ada\nLovelace",
    ],
)
def test_every_spelling_is_found_and_taken_out(text):
    sentence = f"Met {text}, and left."
    assert ADA.near(sentence.encode())
    assert ADA.count(f"{sentence} {sentence}") == 2
    assert ADA.without(sentence) in (f"Met {ERASED}, and left.", f"Met mailto:{ERASED}, and left.")


@pytest.mark.parametrize(
    "text",
    [
        "nevada@example.com",
        "x.ada@example.com",
        "ada@example.com.au",
        "ada@example.commerce",
        "6123456789",
        "1612345678",
        "99931612345678",
        "112",
        "Ada",
        "Ada Lovelaces",
        "Canada Lovelace",
        "Ada and Lovelace",
        "",
    ],
)
def test_nobody_else_is_taken_for_them(text):
    assert ADA.count(text) == 0
    assert ADA.without(text) == text


def test_who_is_known_by_nothing_is_named_nowhere():
    nobody = Spellings()
    assert not nobody.near(b"anything")
    assert nobody.without("anything") == "anything"


@given(some.text(), some.sampled_from(["ada@example.com", "+31612345678", "Ada Lovelace", "Zoë Müller"]), some.text())
def test_the_first_look_never_misses(before, name, after):
    text = f"{before} {name} {after}"
    if ADA.count(text):
        assert ADA.near(text.encode("utf-8", "surrogatepass"))
    assert not ADA.count(ADA.without(text))
