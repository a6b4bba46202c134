"""What the columns of any file mean by the words in their headings, for whoever looks for duplicates in it.

The words stand in schemas/meanings/words.yaml, which tells how they read.
"""

from __future__ import annotations

import os
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from crmcli.model.files import built_in_folder
from crmcli.model.headings import fold_heading
from crmcli.model.load import read_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmcli.model.nodes import Block

NOTHING = "none"  # what is known to tell nothing
_NAMES = {("organisation", "name"): "org"}  # among organisations a name is theirs
_PIECE = re.compile(r"[^\W\d_]+|\d+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def meaning_of(heading: str, kind: str) -> str:
    """Give the meaning of a heading among records of a kind, "none" for what tells nothing, "" where no word is known.

    It is that of the longest phrase in it that is known, of several as long the last one's.
    """
    words = _words(kind)
    if meaning := words.get(fold_heading(heading)):
        return meaning
    pieces = [fold_heading(piece) for piece in _PIECE.findall(_CAMEL.sub(" ", heading))]
    for length in range(len(pieces), 0, -1):
        for start in range(len(pieces) - length, -1, -1):
            if meaning := words.get("".join(pieces[start : start + length])):
                return meaning
    return ""


@lru_cache(maxsize=1)
def _words(kind: str) -> Mapping[str, str]:
    """Read the words, folded → meaning."""
    path = os.path.join(built_in_folder("schemas"), "meanings", "words.yaml")
    with open(path, "rb") as file:
        block, _ = read_yaml(file.read(), os.path.basename(path))
    words = _by_word(block) | _by_word(block.block("kinds").block(kind))
    return {word: _NAMES.get((kind, meaning), meaning) for word, meaning in words.items()}


def _by_word(block: Block) -> dict[str, str]:
    return {fold_heading(word): meaning for meaning in block.entries for word in block.texts(meaning)}
