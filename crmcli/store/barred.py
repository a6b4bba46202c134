"""Barred keys: the e-mails and other unique keys of who was erased, so that they do not come back unnoticed.

data/erased.json holds salted hashes of them, by clone, each with a salt of its own: it says of a key that is at hand
whether it was erased, and nothing of one that is not.
"""

from __future__ import annotations

import hashlib
import json
import os
from typing import TYPE_CHECKING

from crmcli.errors import CrmError
from crmcli.store.files import BARRED, read_if_there

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class DamagedBarred(CrmError):
    """The file of barred keys is not what it was written as."""

    def __init__(self, path: str) -> None:
        super().__init__(f'"{path}" is damaged: it does not say whose keys were erased', "git or a backup has it")


class Barred:
    """The keys that were erased."""

    def __init__(self, groups: dict[str, tuple[str, set[str]]]) -> None:
        """Know, by clone, a salt in hexadecimal digits and the hashes that were made with it."""
        self._groups = groups

    @classmethod
    def read(cls, content: bytes) -> Barred:
        """Read the file; empty bytes bar nothing. Raises DamagedBarred."""
        try:
            groups = json.loads(content or b"{}")
            return cls({clone: (str(each["salt"]), set(each["keys"])) for clone, each in groups.items()})
        except (ValueError, KeyError, TypeError, AttributeError):
            raise DamagedBarred(BARRED) from None

    def __bool__(self) -> bool:
        return bool(self._groups)

    def has(self, key: tuple[str, str]) -> bool:
        """Whether a key, (kind, canonical value), was erased."""
        return any(_hashed(salt, key) in hashes for salt, hashes in self._groups.values())

    def with_keys(self, keys: Iterable[tuple[str, str]], clone: int, salt: str) -> bytes:
        """Give the file with these keys too; `salt` is for a clone that has none yet."""
        own_salt, hashes = self._groups.get(str(clone), (salt, set()))
        groups = {**self._groups, str(clone): (own_salt, hashes | {_hashed(own_salt, key) for key in keys})}
        written = {each: {"salt": groups[each][0], "keys": sorted(groups[each][1])} for each in sorted(groups, key=int)}
        return (json.dumps(written, indent=2) + "\n").encode()


def read_barred(root: str) -> Barred:
    """The barred keys of a workspace. Raises DamagedBarred."""
    return Barred.read(read_if_there(os.path.join(root, BARRED)) or b"")


def _hashed(salt: str, key: Sequence[str]) -> str:
    return hashlib.blake2b(
        "\n".join(key).encode("utf-8", "surrogatepass"), key=salt.encode(), digest_size=16
    ).hexdigest()
