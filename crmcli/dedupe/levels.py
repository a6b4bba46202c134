"""The levels on which two values agree, from the best to the worst."""

from __future__ import annotations

LEVELS = (
    "missing",  # one of the two has no value
    "same",
    "swapped",  # given name and surname in each other's place
    "nickname",
    "initial",
    "one letter",  # one letter or digit more, less, other, or two in each other's place
    "close",  # spelled much alike, or said alike
    "part",  # one is part of the other, or they have their rarer words in common
    "other mail host",  # the same before the @
    "same number",  # e-mails with the same digits, of which there are many
    "same area",  # postcodes and numbers that begin alike
    "resembles",  # has much in common, as if spoiled
    "differs",
)
(
    MISSING,
    SAME,
    SWAPPED,
    NICKNAME,
    INITIAL,
    ONE_LETTER,
    CLOSE,
    PART,
    OTHER_HOST,
    SAME_NUMBER,
    AREA,
    RESEMBLES,
    DIFFERS,
) = range(len(LEVELS))
