"""What a property is: the kind of its values, its options and rules, and where it is declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.frozen import frozen
from crmcli.types import bind

if TYPE_CHECKING:
    from crmcli.types.base import ValueType


@frozen
class Option:
    """One value of an enumeration: `value` is stored, `label` is shown."""

    value: str
    label: str
    hidden: bool = False
    color: str = ""
    source: str = ""  # where an overlay added or changed it; "" where the property's own declaration did
    closed: bool = False  # of a status or an outcome: what has it is over, a task is done
    aliases: tuple[str, ...] = ()  # other words for it


@frozen
class Rules:
    """What the values of a property must keep to; "" and 0 ask nothing. `min` … `before` are written as values are."""

    min: str = ""
    max: str = ""
    min_length: int = 0
    max_length: int = 0
    digits: bool = False  # digits only
    pattern: str = ""  # a regular expression (RE2) that the whole text matches
    after: str = ""  # a date window, both ends in it
    before: str = ""
    check: str = ""  # an expression of the record that must not be false
    message: str = ""  # what to say instead


@frozen
class Property:
    """One property of an object; `type` and `field_type` are HubSpot's words, `format` refines them."""

    name: str
    label: str
    type: str
    field_type: str
    format: str = ""  # money percent duration interval email phone url domain user reference: see types.bind
    group: str = ""
    description: str = ""
    options: tuple[Option, ...] = ()
    aliases: tuple[str, ...] = ()  # other headings of it in files
    unique: bool = False
    read_only: bool = False
    system: bool = False  # filled by a system: out of show, completion and guesses until it holds a value
    scale: int = 6  # decimals that the index keeps of a number or of money
    formula: str = ""  # calculated: an expression; computed on read, never stored
    default: str = ""  # what a new record is filled with, written as a value is
    rules: Rules | None = None
    show_when: str = ""  # an expression: the property is asked for and shown empty only where it holds
    required_when: str = ""  # an expression: the property must be set where it holds
    was: str = ""  # the name that it had: `crm schema apply` moves its values
    additional_of: str = ""  # holds further values of this key property (additional e-mails, domains)
    source: str = ""  # the file and line that declared it, "schemas/deal.yaml:12"
    changed: tuple[str, ...] = ()  # the files and lines that changed that declaration, in order

    @property
    def value_type(self) -> ValueType:
        """The type that parses and shows this property's values (cached by its declaration)."""
        return bind(self)
