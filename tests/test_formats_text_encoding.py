"""Finding the encoding of a file."""

from __future__ import annotations

import codecs
import io

import pytest

from crmcli.formats.text_encoding import UnknownEncoding, find_encoding, named_encoding

TEXT = "naam,plaats\nZoë,Málaga\n"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (TEXT.encode(), "utf-8"),
        (codecs.BOM_UTF8 + TEXT.encode(), "utf-8-sig"),
        (TEXT.encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16"),
        (TEXT.encode("utf-32"), "utf-32"),
        (TEXT.encode("cp1252"), "cp1252"),
        (b"", "utf-8"),
    ],
)
def test_it_is_found_and_reads_the_text(content: bytes, name: str) -> None:
    file = io.BytesIO(content)
    encoding = find_encoding(file, "x.csv")
    assert encoding.name == name
    assert file.tell() == 0
    assert content.decode(encoding.name) == (TEXT if content else "")


def test_a_guess_is_noted_with_the_line() -> None:
    encoding = find_encoding(io.BytesIO(b"a\nb\nZo\xeb\n"), "x.csv")
    assert encoding.note == "Windows-1252 (line 3 is not UTF-8; another: --encoding NAME)"


def test_the_line_is_right_far_into_a_file() -> None:
    content = b"0123456789abcde\n" * 200_000 + b"\xeb\n"
    assert "(line 200001 " in find_encoding(io.BytesIO(content), "x.csv").note


def test_a_letter_over_the_edge_of_a_chunk_is_no_mistake() -> None:
    content = b"a" * ((1 << 20) - 1) + "é".encode()
    assert find_encoding(io.BytesIO(content), "x.csv").name == "utf-8"


@pytest.mark.parametrize("content", [b"\x81\n", codecs.BOM_UTF8 + b"a\n\xff"])
def test_no_encoding_is_made_up(content: bytes) -> None:
    with pytest.raises(UnknownEncoding):
        find_encoding(io.BytesIO(content), "x.csv")


def test_named_encodings() -> None:
    assert named_encoding("UTF8").name == "utf-8-sig"
    assert named_encoding("latin-1").name == "iso8859-1"
    for word in ("klingon", "rot13", ""):
        with pytest.raises(UnknownEncoding):
            named_encoding(word)
