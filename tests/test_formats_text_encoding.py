"""Finding the encoding of a file."""

from __future__ import annotations

import codecs
import io

import pytest

from crmcli.formats.text_encoding import NoText, UnknownEncoding, find_encoding, named_encoding

TEXT = "naam,plaats\nZoë,Málaga\n"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (TEXT.encode(), "utf-8"),
        (codecs.BOM_UTF8 + TEXT.encode(), "utf-8-sig"),
        (TEXT.encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16"),
        (TEXT.encode("utf-32"), "utf-32"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("utf-32-be"), "utf-32-be"),
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


def test_a_mark_is_noted_where_it_is_not_that_of_utf_8() -> None:
    assert find_encoding(io.BytesIO(TEXT.encode("utf-16")), "x.csv").note == "UTF-16"
    assert find_encoding(io.BytesIO(TEXT.encode("utf-32-le")), "x.csv").note == "UTF-32 without a mark"
    assert find_encoding(io.BytesIO(TEXT.encode("utf-8-sig")), "x.csv").note == ""


def test_a_nul_in_plain_text_makes_no_utf_16_of_it() -> None:
    assert find_encoding(io.BytesIO(b"a,b\n1,x\0y\n2,z\n"), "x.csv").name == "utf-8"


def test_one_wrong_line_in_utf_8_is_not_read_as_another_encoding() -> None:
    content = "naam\nZoë\nRené\nMálaga\n".encode() + b"M\xfcller\n"
    with pytest.raises(UnknownEncoding, match="is UTF-8, but its line 5 is not"):
        find_encoding(io.BytesIO(content), "x.csv")


PEOPLE = {
    "cp1252": "François Lefèvre;Köln/José Muñoz;Málaga/Søren Bæk;København",
    "mac_roman": "François Lefèvre;Nîmes/Hélène Côté;Besançon/Benoît Gélinas;Orléans",
    "cp850": "Jürgen Schäfer;Köln/Björn Größmann;Düsseldorf/Jörg Weiß;Nürnberg",
    "cp1250": "Łukasz Wiśniewski;Łódź/Grażyna Błaszczyk;Kraków/Stanisław Żółć;Gdańsk",
    "cp1254": "Ayşe Yılmaz;İstanbul/Çağlar Şahin;Eskişehir/Gülşen Doğan;Muğla",
    "cp1251": "Иванов Сергей;Москва/Петрова Анна;Казань/Кузнецов;Тверь",
    "koi8-r": "Иванов Сергей;Москва/Петрова Анна;Казань/Кузнецов;Тверь",
    "cp1253": "Γιώργος Παπαδόπουλος;Αθήνα/Μαρία Νικολάου;Πάτρα",
    "cp1255": "משה כהן;ירושלים/שרה לוי;תל אביב",
    "cp1256": "محمد أحمد;القاهرة/فاطمة علي;دبي",
    "cp932": "山田太郎;東京都/さとう はなこ;大阪/カトウ;名古屋",
    "gb18030": "王小明;北京/李娜;上海/张伟;广州市天河区",
    "big5": "王小明;台北/陳美玲;高雄/張偉強;新竹",
    "cp949": "김철수;서울/이영희;부산/박지성;대구광역시",
}


@pytest.mark.parametrize("page", PEOPLE)
def test_a_code_page_is_known_by_a_few_names(page: str) -> None:
    text = "id;name;city\n" + "".join(f"{n};{person}\n" for n, person in enumerate(PEOPLE[page].split("/")))
    content = text.encode(page)
    encoding = find_encoding(io.BytesIO(content), "x.csv")
    assert content.decode(encoding.name) == text
    assert "line 2 is not UTF-8" in encoding.note


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x10\x08\x06\0\0\0\x1f\xf3\xffa",
        b"%PDF-1.4\n" + bytes(range(256)),
        b"people.csv".ljust(257, b"\0") + b"ustar\x0000" + b"name,email\nAda,ada@king.example\n" * 2000,
    ],
)
def test_what_is_no_text_is_not_taken_for_any(content: bytes) -> None:
    with pytest.raises(NoText):
        find_encoding(io.BytesIO(content), "x.csv")


@pytest.mark.parametrize("content", [b"a,b\n\0,2\n", b"a\x01b\x01c\n1\x012\x013\n" * 9, b"a\x1fb\x1e1\x1f2\x1e" * 9])
def test_text_with_a_few_control_characters_is_text(content: bytes) -> None:
    assert find_encoding(io.BytesIO(content), "x.csv").name == "utf-8"
