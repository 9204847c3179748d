"""The encodings that web pages may name: those of the WHATWG Encoding Standard, 4.2.

Python knows many more under the names a page can give. Some of them take time that grows with the
square of the length (punycode, idna), interpret escapes (unicode_escape) or do not encode text at
all (base64).
"""

import codecs
from collections.abc import Mapping
from typing import Final

_CODECS: Final[Mapping[str, tuple[str, ...]]] = {
    "utf-8": ("utf-8", "utf8", "unicode-1-1-utf-8", "x-unicode20utf8"),
    "utf-16-le": ("utf-16", "utf-16le", "ucs-2", "iso-10646-ucs-2", "unicode"),
    "utf-16-be": ("utf-16be", "unicodefffe"),
    "cp866": ("ibm866", "866", "cp866", "csibm866"),
    "iso8859-2": ("iso-8859-2", "iso8859-2", "latin2", "l2", "iso_8859-2"),
    "iso8859-3": ("iso-8859-3", "iso8859-3", "latin3", "l3", "iso_8859-3"),
    "iso8859-4": ("iso-8859-4", "iso8859-4", "latin4", "l4", "iso_8859-4"),
    "iso8859-5": ("iso-8859-5", "iso8859-5", "cyrillic", "iso_8859-5"),
    "iso8859-6": ("iso-8859-6", "iso8859-6", "arabic", "iso-8859-6-i", "iso-8859-6-e"),
    "iso8859-7": ("iso-8859-7", "iso8859-7", "greek", "greek8", "iso_8859-7"),
    "iso8859-8": ("iso-8859-8", "iso8859-8", "hebrew", "visual", "iso-8859-8-i", "logical"),
    "iso8859-10": ("iso-8859-10", "iso8859-10", "latin6", "l6"),
    "iso8859-13": ("iso-8859-13", "iso8859-13"),
    "iso8859-14": ("iso-8859-14", "iso8859-14"),
    "iso8859-15": ("iso-8859-15", "iso8859-15", "latin9", "l9", "iso_8859-15"),
    "iso8859-16": ("iso-8859-16",),
    "koi8-r": ("koi8-r", "koi8", "koi", "koi8_r", "cskoi8r"),
    "koi8-u": ("koi8-u", "koi8-ru"),
    "mac-roman": ("macintosh", "mac", "x-mac-roman", "csmacintosh"),
    "mac-cyrillic": ("x-mac-cyrillic", "x-mac-ukrainian"),
    "cp874": ("windows-874", "dos-874", "iso-8859-11", "iso8859-11", "tis-620"),
    "cp1250": ("windows-1250", "cp1250", "x-cp1250"),
    "cp1251": ("windows-1251", "cp1251", "x-cp1251"),
    # Browsers read pages that claim ASCII or Latin 1 as Windows-1252.
    "cp1252": (
        "windows-1252", "cp1252", "x-cp1252", "iso-8859-1", "iso8859-1", "iso_8859-1", "latin1",
        "l1", "ascii", "us-ascii", "ansi_x3.4-1968", "cp819", "ibm819",
    ),
    "cp1253": ("windows-1253", "cp1253", "x-cp1253"),
    "cp1254": ("windows-1254", "cp1254", "x-cp1254", "iso-8859-9", "iso8859-9", "latin5", "l5"),
    "cp1255": ("windows-1255", "cp1255", "x-cp1255"),
    "cp1256": ("windows-1256", "cp1256", "x-cp1256"),
    "cp1257": ("windows-1257", "cp1257", "x-cp1257"),
    "cp1258": ("windows-1258", "cp1258", "x-cp1258"),
    "gb18030": ("gb18030", "gbk", "gb2312", "gb_2312-80", "chinese", "x-gbk", "csgb2312"),
    "big5hkscs": ("big5", "big5-hkscs", "cn-big5", "x-x-big5", "csbig5"),
    "euc-jp": ("euc-jp", "x-euc-jp", "cseucpkdfmtjapanese"),
    "iso2022-jp": ("iso-2022-jp", "csiso2022jp"),
    "cp932": ("shift_jis", "shift-jis", "sjis", "x-sjis", "ms_kanji", "windows-31j", "ms932"),
    "cp949": ("euc-kr", "ks_c_5601-1987", "korean", "ksc5601", "windows-949", "cseuckr"),
}  # fmt: skip
_BY_LABEL: Final = {label: codec for codec, labels in _CODECS.items() for label in labels}


def decoded_as(label: str, content: bytes) -> str:
    """The bytes in the encoding that a page names, without a byte order mark.

    Raises `LookupError` for a name that is none of the standard's, `UnicodeDecodeError`.
    """
    codec = _BY_LABEL.get(label.strip().lower())
    if codec is None:
        raise LookupError(label)
    for mark, marked in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if content.startswith(mark):
            return content[len(mark) :].decode(marked)
    if codec.startswith("utf-16"):
        # The name was readable as single bytes, so it cannot be UTF-16: HTML Standard, 13.2.3.2.
        codec = "utf-8"
    return content.decode(codec)
