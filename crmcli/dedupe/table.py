"""What a search reads: columns of text, each with a meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

MEANINGS = (
    "given",
    "surname",
    "name",  # a person's full name
    "org",
    "email",
    "phone",
    "street",
    "house",
    "city",
    "state",
    "postcode",
    "country",
    "date",
    "domain",
    "id",
    "category",
    "text",
)


@frozen
class Column:
    """The values of one property, one for each row; an empty text is unset.

    Columns of e-mails, phones, domains and organisations are compared crosswise, so that a secondary e-mail is one
    more column; of other meanings each column is compared with itself alone.
    """

    name: str
    meaning: str
    values: Sequence[str]
