"""Which legacy code page a text is in: the one in which its words look like words of a language.

A file holds few letters that tell, often a hundred names, so the letters that each language uses are compared, and how
they stand in words: those of Latin languages stand apart among plain ones, capitals stand at beginnings.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# The letters beside a-z of languages, by the page that writes them; the more usual page first.
_LATIN: Mapping[str, Sequence[str]] = {
    "cp1252": (
        "éèàçêâîôùûëïüœæ", "äöüßé", "áéíóúñüºª", "ãõáéíóúâêôàçºª", "åæøéöü", "åäöé", "áéíóúýðþæö", "àèéìòù",
        "éëïèöüáóç",
    ),
    "cp1250": ("ąćęłńóśźż", "áčďéěíňóřšťúůýžäľĺŕô", "áéíóöőúüű", "ăâîşţșț", "čćđšž"),
    "cp1254": ("çğıöşüâî",),
    "cp1257": ("āčēģīķļņšūžõäöü", "ąčęėįšųūž"),
    "mac_roman": ("éèàçêâîôùûëïüœæ", "äöüßé", "áéíóúñü", "åäöéøæ"),
    "cp850": ("éèàçêâîôùûëïüæ", "äöüßé", "áéíóúñü", "åäöéøæ"),
}  # fmt: skip
# The letters of other scripts, the most frequent ones first: as many as the number says are the usual ones.
_SCRIPTS: Mapping[str, tuple[str, int]] = {
    "cp1251": ("оаеинтсрвлкмдпуяыьгзбчйхжшюцщэфъёіїєґўљњџђћ", 12),
    "koi8-r": ("оаеинтсрвлкмдпуяыьгзбчйхжшюцщэфъё", 12),
    "iso8859-5": ("оаеинтсрвлкмдпуяыьгзбчйхжшюцщэфъёіїєґў", 12),
    "cp866": ("оаеинтсрвлкмдпуяыьгзбчйхжшюцщэфъё", 12),
    "cp1253": ("αοιετσνηυρπκμλςωάίόέήύώδγχθφβξζψϊϋΐΰ", 14),
    "cp1255": ("יוהלאמרתבשנעדקפחטסכגזםןצךףץ", 11),
    "cp1256": ("اليمنروتبعدهسفحكقجشصطخضةأثزىغذظؤئء", 12),
    "cp874": ("านรอกเงมยลวดทสตะปบคหแจพชขใไโถภศซณผฝฟธญ่้็ัีิืุู์ํ", 16),
}
# By a page's lead bytes, those of the signs in daily use.
_PAIRS: Mapping[str, Sequence[range]] = {
    "cp932": (range(0x82, 0x84), range(0x88, 0x98)),
    "euc_jp": (range(0xA4, 0xA6), range(0xB0, 0xD0)),
    "cp949": (range(0xB0, 0xC9),),
    "gb18030": (range(0xB0, 0xD8),),
    "big5": (range(0xA4, 0xC7),),
}
_SIGNS = frozenset("€£¥§°©®™«»“”„‘’‚–—…·ºª²³½¼¡¿´№†•")  # noqa: RUF001 - signs as they are
_LABELS = {"cp932": "Shift JIS", "gb18030": "GB 18030", "mac_roman": "Mac Roman", "koi8-r": "KOI8-R", "big5": "Big5"}
_WORD = re.compile(r"[^\W\d_]+")
_ENOUGH = 0.55  # of 1; under this nothing is recognised
_USUAL = 0.62  # of the letters of a text in such a language
_FEW = 4  # letters; fewer tell nothing
_MARGIN = 0.08  # by which another than Windows-1252, the usual one, must be better


def page_label(name: str) -> str:
    """Give the name that people know a code page by: "Windows-1252"."""
    return _LABELS.get(name) or (f"Windows-{name[2:]}" if name.startswith("cp12") else name.upper().replace("_", "-"))


def find_page(sample: bytes) -> str:
    """Give the code page of a text, from those of its lines that are not ASCII; "" where nothing fits."""
    scores: dict[str, float] = {}
    for pages, score in ((_LATIN, _latin), (_SCRIPTS, _script)):
        for page, text in _decoded(pages, sample):
            scores[page] = score(page, text)
    for page, _ in _decoded(_PAIRS, sample):
        scores[page] = _pairs(page, sample)
    if not scores:
        return ""
    if sum(byte > 0x7F for byte in sample) < _FEW:
        return "cp1252" if "cp1252" in scores else ""
    best = max(scores, key=lambda page: scores[page] + _MARGIN * (page == "cp1252"))
    return best if scores[best] >= _ENOUGH else "cp1252" if "cp1252" in scores else ""


def _decoded(pages: Mapping[str, object], sample: bytes) -> Iterator[tuple[str, str]]:
    for page in pages:
        try:
            yield page, sample.decode(page)
        except UnicodeDecodeError:
            continue


def _latin(page: str, text: str) -> float:
    """Say how well letters beside a-z fit the language that they fit best, 0 to 1."""
    letters: list[str] = []
    wrong = 0
    for run in re.finditer(r"[^\x00-\x7f]+", text):
        inside = [c for c in run[0] if c.isalpha()]
        apart = len(run[0]) < 3 and all(map(_is_latin, run[0]))
        letters += inside if apart else []
        wrong += (0 if apart else len(run[0])) + _misplaced(text, run)
    if not letters:
        signs = [c for c in text if c > "\x7f"]
        return sum(c in _SIGNS for c in signs) / len(signs) * 0.9 if signs and page == "cp1252" else 0.0
    fitting = max(sum(c.lower() in language for c in letters) for language in _LATIN[page])
    return fitting / (len(letters) + wrong)


def _is_latin(char: str) -> bool:
    return char in _SIGNS or char == "\xa0" or (char.isalpha() and char < "\u0250")


def _misplaced(text: str, run: re.Match[str]) -> int:
    """Count what stands where it does not in words: a sign between letters, a capital after a small letter."""
    before, after = text[run.start() - 1 : run.start()], text[run.end() : run.end() + 1]
    if not before.isalpha():
        return 0
    first = run[0][0]
    return int(
        (not first.isalpha() and first not in "’·" and after.isalpha()) or (before.islower() and first.isupper())
    )


def _script(page: str, text: str) -> float:
    """Say how usual the letters of another script are and whether capitals stand at the beginning of words, 0 to 1."""
    alphabet, number = _SCRIPTS[page]
    usual = alphabet[:number]
    high = [c for c in text if c > "\x7f" and c not in _SIGNS]
    known = sum(c.lower() in alphabet for c in high)
    if not known or known * 10 < len(high) * 9:
        return 0.0
    words: list[str] = [word for word in _WORD.findall(text) if any(c > "\x7f" for c in word)]
    whole = sum(all(c > "\x7f" for c in word) for word in words) / max(1, len(words))
    cased = sum(word.istitle() or word in (word.lower(), word.upper()) for word in words) / max(1, len(words))
    frequent = sum(c.lower() in usual for c in high) / len(high)
    return whole * cased * min(1.0, frequent / _USUAL)


def _pairs(page: str, sample: bytes) -> float:
    """Say how many signs of two bytes are in daily use, 0 to 1."""
    daily = _PAIRS[page]
    runs = re.findall(rb"(?:[\x81-\xfe][\x40-\xfe])+", sample)
    leads = [run[place] for run in runs for place in range(0, len(run), 2) if run[place] > 0x80]
    used = sum(any(lead in part for part in daily) for lead in leads)
    kana = sum(lead in daily[0] for lead in leads)
    if not leads or (page in ("cp932", "euc_jp") and kana * 8 < len(leads)):
        return 0.0
    # The ranges of some pages hold those of others: the narrower one that all signs are in is the right one.
    width = sum(map(len, daily)) / 0x60
    return used / len(leads) * (1.1 - 0.2 * width)
