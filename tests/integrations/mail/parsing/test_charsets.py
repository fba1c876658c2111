"""Charsets that mail uses are decoded; codecs that are none are never called."""

import pytest

from integrations.mail.parsing.charsets import decoded
from integrations.mail.parsing.parse import parse
from tests.integrations.mail.parsing.messages import mail


@pytest.mark.parametrize(
    ("text", "label", "codec"),
    [
        ("Café €", "utf-8", "utf-8"),
        ("Café €", "UTF8", "utf-8"),
        ("Café", "iso-8859-1", "latin-1"),
        ("Café €", "iso-8859-15", "iso-8859-15"),
        ("“Café” €", "windows-1252", "cp1252"),
        ("“Café” €", "iso-8859-1", "cp1252"),
        ("Привет", "koi8-r", "koi8-r"),
        ("Привет", "windows-1251", "cp1251"),
        ("日本語", "iso-2022-jp", "iso2022_jp"),
        ("日本語①", "shift_jis", "cp932"),
        ("日本語", "x-sjis", "cp932"),
        ("漢字镕", "gb2312", "gb18030"),
        ("한국말", "ks_c_5601-1987", "cp949"),
        ("中文", "big5", "big5"),
        ("שלום", "iso-8859-8-i", "iso8859-8"),
        ("Café", "utf-16", "utf-16"),
        ("Café", "utf-7", "utf-7"),
    ],
)
def test_a_charset_is_known_by_the_names_mail_programs_give_it(text, label, codec):
    assert decoded(text.encode(codec), label) == text


@pytest.mark.parametrize(
    "label",
    [
        "rot13", "zlib", "zip", "bz2", "base64", "quopri", "uu", "hex", "punycode", "idna", "undefined",
        "unicode_escape", "raw_unicode_escape", "unicode-escape", "mbcs", "oem", "palmos", "charmap",
        "nooit-van-gehoord", "", "../../etc/passwd", "utf-8\x00", "a" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_charset_is_read_as_utf_8_or_else_windows_1252(label):
    assert decoded(b"Caf\xc3\xa9 \\u0041", label) == "Café \\u0041"
    assert decoded(b"Caf\xe9 \x80", label) == "Café €"


@pytest.mark.parametrize("label", ["us-ascii", "utf-8", "utf-16", "iso-2022-jp", ""])
def test_a_charset_that_does_not_fit_loses_no_letter(label):
    assert decoded(b"Caf\xe9 is ge\xc3\xb6pend!", label) == "Café is geöpend!"


def test_a_broken_letter_of_several_bytes_spoils_only_itself():
    assert decoded("漢字漢字".encode("gb18030") + b"\xff!", "gb2312") == "漢字漢字\ufffd!"


def test_a_text_that_never_was_utf_8_is_windows_1252():
    assert decoded(b"\xe9" * 20_000, "utf-8") == "é" * 20_000


def test_markup_hidden_in_utf_7_is_seen_by_whoever_cleans_the_html():
    parsed = parse(mail(b"+ADw-script+AD4-", content_type="text/html; charset=utf-7"))

    assert parsed.html == "<script>"
