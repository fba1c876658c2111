"""Bytes to text, by a list of the charsets that mail uses: a codec that is no charset is never called."""

import codecs
import re
from encodings.aliases import aliases
from functools import lru_cache

_CHARSETS = {
    "ascii", "utf_8", "utf_8_sig", "utf_7", "utf_16", "utf_16_le", "utf_16_be", "utf_32", "utf_32_le", "utf_32_be",
    "latin_1", "iso8859_1", "iso8859_2", "iso8859_3", "iso8859_4", "iso8859_5", "iso8859_6", "iso8859_7",
    "iso8859_8", "iso8859_9", "iso8859_10", "iso8859_11", "iso8859_13", "iso8859_14", "iso8859_15", "iso8859_16",
    "cp437", "cp850", "cp852", "cp858", "cp866", "cp874", "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255",
    "cp1256", "cp1257", "cp1258", "koi8_r", "koi8_u", "koi8_t", "mac_roman", "mac_cyrillic", "mac_latin2", "tis_620",
    "ptcp154", "big5", "big5hkscs", "cp949", "cp950", "euc_kr", "johab", "gb2312", "gbk", "gb18030", "hz", "euc_jp",
    "shift_jis", "cp932", "iso2022_jp", "iso2022_jp_1", "iso2022_jp_2", "iso2022_jp_3", "iso2022_jp_ext",
    "iso2022_kr",
}  # fmt: skip
# What mail programs call a charset, or mean by it: the superset they really write.
_MEANT = {
    "latin_1": "cp1252",
    "iso8859_1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "x_sjis": "cp932",
    "windows_31j": "cp932",
    "ks_c_5601_1987": "cp949",
    "euc_kr": "cp949",
    "iso_8859_8_i": "iso8859_8",
    "iso_8859_6_i": "iso8859_6",
    "unicode_1_1_utf_7": "utf_7",
    "x_mac_roman": "mac_roman",
    "macintosh": "mac_roman",
    "unicode": "utf_16",
}
_SEVERAL_BYTES = {"gb18030", "cp932", "cp949", "cp950", "big5", "big5hkscs", "euc_jp", "johab"}
_NO_LETTER = re.compile("[^a-z0-9]+")
_LONGEST_NAME = 40
# With more bytes that are no UTF-8 it never was; looking at each of them would take seconds.
_MOST_STRAYS = 10_000


def decoded(content: bytes, charset: str = "") -> str:
    """Return the text: by its charset if that can be, else as UTF-8 with windows-1252 for what is none."""
    codec = _codec(charset[:_LONGEST_NAME])
    for attempt in (codec, "utf_8"):
        try:
            return content.decode(attempt)
        except UnicodeError:
            continue
    if codec in _SEVERAL_BYTES:
        return content.decode(codec, "replace")
    if content.decode("utf_8", "replace").count("\ufffd") > _MOST_STRAYS:
        return content.decode("cp1252", "replace")
    return content.decode("utf_8", "windows-1252")


@lru_cache(maxsize=200)
def _codec(charset: str) -> str:
    name = _NO_LETTER.sub("_", charset.lower()).strip("_")
    name = _MEANT.get(name) or aliases.get(name, name)
    name = _MEANT.get(name, name)
    return name if name in _CHARSETS else "utf_8"


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("windows-1252", _as_windows_1252)
