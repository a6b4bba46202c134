"""Choices: yes or no, and one of the options that a property declares."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from crmcli.types.base import InvalidValue, NotStored, ValueType, quoted
from crmcli.types.text import usable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crmcli.types import OptionLike
    from crmcli.types.base import Column, Context, Stored

# In English, Dutch, German, French and Spanish, and the cross of a spreadsheet.
_WORDS = {
    **dict.fromkeys(("true", "yes", "y", "1", "on", "t", "x"), True),
    **dict.fromkeys(("ja", "j", "oui", "si", "sí", "waar", "wahr", "vrai", "verdadero"), True),
    **dict.fromkeys(("false", "no", "n", "0", "off", "f"), False),
    **dict.fromkeys(("nee", "nein", "non", "onwaar", "falsch", "faux", "falso"), False),
}


class NotYesOrNo(InvalidValue):
    """Text that is neither yes nor no."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{quoted(text)} is neither yes nor no", "write yes or no, true or false, 1 or 0")


class UnknownOption(InvalidValue):
    """Text that is no option of its property, by value or by label."""

    def __init__(self, text: str, options: Sequence[OptionLike]) -> None:
        from crmcli.types.nearest import suggestion

        offered = [o for o in options if not o.hidden]
        names = [name for o in offered for name in (o.value, o.label)]
        near = suggestion(text, names)
        # A value that is longer than its label is a number or a code that nobody types.
        shown = [min(o.value, o.label, key=len) for o in offered]
        hint = near if near.startswith("did") else suggestion("", shown)
        super().__init__(f"{quoted(text)} is not an option", hint)


class AmbiguousOption(InvalidValue):
    """Text that may mean several options of its property."""

    def __init__(self, text: str, meant: Sequence[str]) -> None:
        super().__init__(f"{quoted(text)} may mean {' or '.join(meant)}", "write the one that is meant")


class Bool(ValueType):
    """Yes or no."""

    name = "bool"
    doc = "yes or no, true or false, 1 or 0, on or off, x; also in Dutch, German, French and Spanish."
    sql = "INTEGER"
    stored_is_column = False

    def parse(self, text: str, context: Context) -> Stored:  # noqa: ARG002
        """Read one of the words in any case; raise NotYesOrNo."""
        found = _WORDS.get(text.strip().lower())
        if found is None:
            raise NotYesOrNo(text)
        return found

    def accept(self, value: object) -> Stored:
        """Take true and false alone."""
        if not isinstance(value, bool):
            raise NotStored(value, "true or false")
        return value

    def show(self, value: Stored, context: Context) -> str:  # noqa: ARG002
        """Say yes or no."""
        return "yes" if value else "no"

    def column(self, value: Stored) -> Column:
        """Give 1 or 0."""
        return 1 if value else 0

    def stored(self, column: str | int) -> Stored:
        """Read 1 or 0."""
        return bool(column)


class Option(ValueType):
    """One of a property's options; any text where it declares none, since another system has the list."""

    name = "option"
    doc = "One of the options of the property, by value or by label."

    def __init__(self, options: Sequence[OptionLike] = ()) -> None:
        self.options = tuple(options)
        self._labels = {o.value: o.label for o in reversed(self.options)}

    @cached_property
    def _values(self) -> Mapping[str, str]:
        """What may be typed → the value that it means; a value before a label before an alias, exact before folded."""
        found: dict[str, str] = {}
        for fold in (str, str.casefold):
            for option in self.options:
                found.setdefault(fold(option.value), option.value)
            for option in self.options:
                found.setdefault(fold(option.label), option.value)
            for option in self.options:
                found.update({fold(alias): option.value for alias in option.aliases if fold(alias) not in found})
        return found

    @cached_property
    def _loosely(self) -> Mapping[str, dict[str, None]]:
        """The words of what may be typed, run together → the values that they may mean."""
        found: dict[str, dict[str, None]] = {}
        for option in self.options:
            for name in (option.value, option.label, *option.aliases):
                found.setdefault(_run_together(name), {})[option.value] = None
        return found

    def _find(self, text: str) -> str | None:
        word = text.strip()
        found = self._values.get(word)
        return self._values.get(word.casefold()) if found is None else found

    def parse(self, text: str, context: Context) -> Stored:  # noqa: ARG002
        """Read a value or a label, its case and punctuation as they may be; raise UnknownOption with the nearest ones.

        Raises AmbiguousOption where they make it several.
        """
        if not self.options:
            return usable(text.strip())
        found = self._find(text)
        if found is not None:
            return found
        words = _run_together(text)
        meant = list(self._loosely.get(words, ())) if words else []
        if not meant:
            raise UnknownOption(text, self.options)
        if len(meant) > 1:
            raise AmbiguousOption(text, [self._labels[value] for value in meant])
        return meant[0]

    def accept(self, value: object) -> Stored:
        """Take the value of an option, not its label."""
        if not isinstance(value, str):
            raise NotStored(value, "the value of an option")
        if not self.options:
            return usable(value)
        if value not in self._labels:
            raise UnknownOption(value, self.options)
        return value

    def accept_many(self, values: Sequence[object]) -> list[Stored | InvalidValue | None]:
        """Check each different value once."""
        texts = {v for v in values if type(v) is str}
        if self.options and texts <= self._labels.keys() and all(v is None or type(v) is str for v in values):
            return list(values)  # type: ignore[arg-type]  # strings and None, as just checked
        return super().accept_many(values)

    def show(self, value: Stored, context: Context) -> str:  # noqa: ARG002
        """Say the label; the value where the label could be taken for another option's."""
        text = str(value)
        label = self._labels.get(text, text)
        return label if label == text or self._find(label) == text else text


def _run_together(text: str) -> str:
    """Give the words of a name as one: "Oil & Energy" is "Oil and Energy", "on-hold" "On hold"."""
    words = "".join(char if char.isalnum() else " " for char in text.casefold()).split()
    return "".join(word for word in words if word != "and")
