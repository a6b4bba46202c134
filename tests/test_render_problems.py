"""Errors as people read them."""

from __future__ import annotations

import io

import pytest

from crmcli.errors import CrmError, Problem
from crmcli.render.output import Output
from crmcli.render.problems import sentence, write_error


def said(error, *, colour=False):
    err = io.StringIO()
    write_error(Output(io.StringIO(), err, talk_colour=colour, quiet=True), error)
    return err.getvalue()


def test_message_and_hint_are_two_lines():
    assert (
        said(CrmError('there is no object "x"', "did you mean y?"))
        == 'Error: There is no object "x"\nDid you mean y?\n'
    )


def test_no_hint_is_no_line():
    assert said(CrmError("Wrong")) == "Error: Wrong\n"


def test_a_message_of_several_lines_keeps_its_columns():
    assert said(CrmError("a value is missing\n    a =\n      ^")) == "Error: A value is missing\n      a =\n        ^\n"


def test_what_was_typed_cannot_steer_the_terminal():
    assert said(CrmError("No \x1b[2J")) == "Error: No \\u001b[2J\n"


def test_problems_are_listed_where_they_are():
    error = CrmError("The schemas cannot be read")
    error.problems = (Problem("schemas/deal.yaml:7", "no such type", "One of: string"), Problem("", "and that"))
    assert said(error).splitlines() == [
        "Error: The schemas cannot be read",
        "schemas/deal.yaml:7: no such type",
        "  One of: string",
        "and that",
    ]


def test_colour():
    assert said(CrmError("Wrong"), colour=True) == "\x1b[1;31mError: \x1b[0mWrong\n"


@pytest.mark.parametrize(
    ("text", "begun"),
    [
        ("did you", "Did you"),
        ("crm history lists", "crm history lists"),
        ("a/b is", "a/b is"),
        ("", ""),
        ("1 is", "1 is"),
    ],
)
def test_sentences_begin_with_a_capital(text, begun):
    assert sentence(text) == begun
