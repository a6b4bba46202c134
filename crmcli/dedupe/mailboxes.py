"""What e-mail addresses are made of, by what stands before the @ and after it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from crmcli.dedupe.folding import digits_of, encoded, lines_of
from crmcli.dedupe.words import SHARED_MAILBOXES

if TYPE_CHECKING:
    from collections.abc import Sequence

_NO_LETTERS = re.compile(r"(?:[^\w\n]|[\d_])+")
_SPACES = bytes(byte if chr(byte).isalpha() or chr(byte) == "\n" else ord(" ") for byte in range(128)) + bytes(128)
_LONG = 4  # digits of a number of which there are many


class Mailboxes:
    """Of each address of a list: the number of its mailbox, of its host, and of the digits before the @.

    `digits` counts these, and `long_number` is -1 where they are few. `named` tells which mailboxes are made of two
    names, `names` are these, each once, and `two` the numbers of both for each mailbox that has them.
    """

    def __init__(self, addresses: Sequence[str]) -> None:
        """Take the addresses."""
        self.host = encoded([address.partition("@")[2] for address in addresses])[1]
        local = [address.partition("@")[0] for address in addresses]
        self.local = encoded(local)[1]
        self.length = np.fromiter(map(len, local), np.int32, len(local))
        self.shared = np.array([mailbox in SHARED_MAILBOXES for mailbox in local], bool)
        numbers = digits_of(local)
        self.number = encoded(numbers)[1]
        self.digits = np.fromiter(map(len, numbers), np.int32, len(local))
        self.long_number = np.where(self.digits < _LONG, np.int32(-1), self.number)
        two = _two_names(local)
        self.named = np.array([bool(names) for names in two], bool)
        self.names, both = encoded([name for names in two for name in names])
        self.two = both.reshape(-1, 2)


def _two_names(local: Sequence[str]) -> list[Sequence[str]]:
    """Give the two names that each mailbox is made of, where it shows them."""
    text = "\n".join(local)
    text = text.encode().translate(_SPACES).decode() if text.isascii() else _NO_LETTERS.sub(" ", text)
    split = map(str.split, lines_of(text, len(local)))
    return [names if len(names) == 2 and len(names[0]) > 1 < len(names[1]) else () for names in split]
