"""What a search found, in words: the labels of the properties, and the values as records hold them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.dedupe.explain import Reason
    from crmcli.services.duplicates.columns import Feed

# Level of the search → what is said of a property.
_SAID = {
    "same": "same {}",
    "swapped": "{} in the other's place",
    "nickname": "nickname as {}",
    "initial": "initial as {}",
    "one letter": "{} differs by one letter",
    "close": "{} much alike",
    "part": "{} in part the same",
    "other mail host": "{} at another host",
    "same number": "{} with the same number",
    "same area": "{} begins the same",
    "resembles": "{} alike in much",
    "differs": "other {}",
}
_DIGITS = frozenset(("phone", "date", "house", "postcode"))  # meanings of what is made of digits
# What a search makes of a column beside what it is: the two parts of a whole name, the domain of an address.
_MADE = {"given": "first name of {}", "surname": "last name of {}", "domain": "domain of {}"}
_CROSSWISE = ("email", "phone", "domain", "org")  # columns of one such meaning are one piece of evidence


class Wording:
    """Words for the reasons of one search."""

    def __init__(self, fed: Feed) -> None:
        self._columns = {column.name: column for column in fed.columns}
        self._labels = {name: _within_a_sentence(label) for name, label in fed.labels.items()}

    def words(self, reason: Reason) -> str:
        """Say a reason: "same phone number", "last name differs by one letter"."""
        *most, last = dict.fromkeys(self._named(reason))
        said = _SAID[reason.level]
        if _DIGITS.issuperset(reason.meanings):
            said = said.replace("letter", "digit")
        if most:
            said = said.replace("differs", "differ").replace("begins", "begin")
        return said.format(f"{', '.join(most)} and {last}" if most else last)

    def _named(self, reason: Reason) -> Iterator[str]:
        told = set()
        for name, meaning in zip(reason.columns, reason.meanings, strict=True):
            if meaning not in told:
                made = meaning != self._columns[name].meaning
                yield _MADE[meaning].format(self._labels[name]) if made else self._labels[name]
            if meaning in _CROSSWISE:
                told.add(meaning)

    def values(self, reason: Reason, row: int) -> str | None:
        """Give what a row holds in the columns of a reason; None where the search made something else of it."""
        if any(self._columns[n].meaning != m for n, m in zip(reason.columns, reason.meanings, strict=True)):
            return None
        held = dict.fromkeys(self._columns[name].values[row] for name in reason.columns)
        return ", ".join(filter(None, held))


def _within_a_sentence(label: str) -> str:
    """Give a label as it stands in a sentence; what is no ordinary word keeps its letters."""
    return " ".join(word.lower() if word.istitle() else word for word in label.split())
