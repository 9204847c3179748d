"""Reads an RTF token by token: its passages, and a simpler copy for `rtf_tree`.

The copy has no hidden text, and its characters are plain UTF-8.

Source of the rules: Rich Text Format Specification 1.9.1.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from evidence.documents.errors import UnreadableFileError
from evidence.documents.metadata import Detail
from evidence.documents.readers.completeness import Passage, shortened
from evidence.documents.readers.rtf_tokens import letter, tokens
from evidence.documents.readers.source import Original
from evidence.documents.text_cleaning import clean
from evidence.findings import Finding, Location

LONGEST = 100 * 1024 * 1024
DEPTH = 500

_BARE_WORD = re.compile(r"\\[a-zA-Z]+-?\d*\Z")
_SPECIAL = re.compile(r"[\\{}]")
_LETTERS = {
    "emdash": "—",
    "endash": "–",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "bullet": "•",
    "tab": " ",
    "line": " ",
    "emspace": " ",
    "enspace": " ",
}
_ENDS = {"par", "sect", "page", "cell", "row", "nestcell", "nestrow"}
_SIGNS = {"~": " ", "_": "-", "-": "", "\\": "\\", "{": "{", "}": "}"}
_CARRIED = {"footnote": Location("footnote"), "shptxt": Location("text-box")}
_LEFT_OUT = {
    "header": ("header-left-out", "page-header"),
    "headerl": ("header-left-out", "page-header"),
    "headerr": ("header-left-out", "page-header"),
    "headerf": ("header-left-out", "page-header"),
    "footer": ("footer-left-out", "page-footer"),
    "footerl": ("footer-left-out", "page-footer"),
    "footerr": ("footer-left-out", "page-footer"),
    "footerf": ("footer-left-out", "page-footer"),
    "annotation": ("comment-left-out", "comment"),
    "author": ("metadata-left-out", "author"),
    "operator": ("metadata-left-out", "saved-by"),
    "company": ("metadata-left-out", "company"),
    "manager": ("metadata-left-out", "manager"),
}
_INFO = {"metadata-left-out"}
# Metadata (RTF 1.9.1, "Information group", and who wrote what). pandoc makes paragraphs of some
# of it, so the copy for pandoc leaves it all out.
_DETAILS = {
    "author": Location("author"),
    "operator": Location("saved-by"),
    "company": Location("company"),
    "manager": Location("manager"),
    "revtbl": Location("commenter"),
    "atnid": Location("commenter"),
    "atnauthor": Location("commenter"),
    **{
        word: Location("properties", name=word)
        for word in ("title", "subject", "category", "keywords", "comment", "doccomm",
                     "hlinkbase", "propname", "staticval", "template")
    },
}  # fmt: skip
_SKIPPED = {
    "fonttbl", "colortbl", "stylesheet", "info", "pict", "fldinst", "listtext", "pntext",
    "themedata", "datastore", "objdata", "listtable", "listoverridetable", "generator",
    "rsidtbl", "xmlnstbl", "latentstyles", "nonshppict", "filetbl", "sp", "userprops",
    "shprslt", "nonesttables",
}  # fmt: skip
_CODE_PAGES = {
    0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gbk", 136: "big5",
    161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257",
    204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _State:
    """What a group inherits from the one around it."""

    place: str = "text"
    hidden: bool = False
    deleted: bool = False
    fallback: int = 1
    codec: str = "cp1252"


@dataclass(slots=True)
class _Reading:
    """The text collected for each place, and the copy for pandoc."""

    gathered: dict[str, list[str]] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    fonts: dict[int, str] = field(default_factory=dict)
    font: int = 0
    code_page: str = "cp1252"
    skip: int = 0
    starred: bool = False
    waiting: bytearray = field(default_factory=bytearray)


def prepare_for_pandoc(path: Path, target: Path) -> Original:
    """Writes the RTF for pandoc to `target`. Returns what the original holds.

    Raises `UnreadableFileError`.
    """
    content = path.read_bytes()
    if not content.lstrip().startswith(b"{\\rtf"):
        raise UnreadableFileError(
            "The file is not in Rich Text Format. Please ask for it as a Word document."
        )
    if len(content) > LONGEST:
        raise UnreadableFileError("The file is far larger than a submission, so it was not read.")
    reading = _Walk().over(content.decode("latin-1"))
    target.write_text(_paired("".join(reading.kept)), encoding="utf-8")
    return _original_of(reading)


def _original_of(reading: _Reading) -> Original:
    original = Original()
    for place, text_parts in reading.gathered.items():
        words = clean(_paired("".join(text_parts)))
        if place == "text" or place in _CARRIED:
            for number, line in enumerate((p for p in words.split("\n") if p.strip()), 1):
                location = _CARRIED.get(place, Location("paragraph", number))
                original.passages.append(Passage(line.strip(), location))
        elif words.strip():
            if place in _LEFT_OUT or place not in _DETAILS:
                original.findings.append(_finding(place, shortened(words)))
            if place in _DETAILS:
                parted = (part.strip(" ;") for part in re.split(r"[;\n]", words))
                original.details += [Detail(part, _DETAILS[place]) for part in parted if part]
    return original


def _finding(place: str, words: str) -> Finding:
    text = Location("text")
    if place == "hidden":
        location = Location("hidden-text", within=text)
        return Finding.quoting("hidden-text", "hold", words, location)
    if place == "deleted":
        location = Location("tracked-deletion", within=text)
        return Finding.quoting("deletion-dropped", "warn", words, location)
    code, where = _LEFT_OUT[place]
    return Finding.quoting(code, "info" if code in _INFO else "warn", words, Location(where))


class _Walk:
    """One pass over the tokens."""

    def __init__(self) -> None:
        self._reading = _Reading()
        self._state = _State()
        self._stack: list[_State] = []

    def over(self, text: str) -> _Reading:
        """Everything the file holds, by place."""
        for token, raw in tokens(text):
            if token.group("hex") is None:
                self._flush()
            handle = self._handler(token)
            if handle(token):
                self._reading.kept.append(raw)
        self._flush()
        return self._reading

    def _handler(self, token: "re.Match[str]") -> "Callable[[re.Match[str]], bool]":
        kinds: dict[str, Callable[[re.Match[str]], bool]] = {
            "brace": self._brace,
            "number": self._word,
            "word": self._word,
            "hex": self._hex,
            "sign": self._sign,
            "text": self._text,
        }
        return kinds.get(token.lastgroup or "", lambda _: True)

    def _brace(self, token: "re.Match[str]") -> bool:
        self._reading.skip = 0
        if token.group() == "{":
            if len(self._stack) > DEPTH:
                raise UnreadableFileError("The file is nested too deeply to be read.")
            self._stack.append(self._state)
        elif self._stack:
            before = self._state.place
            self._state = self._stack.pop()
            if before != self._state.place and before in _CARRIED:
                self._add("\n", place=before)
        self._reading.starred = False
        return True

    def _word(self, token: "re.Match[str]") -> bool:
        word = token.group("word")
        number = int(token.group("number")) if token.group("number") else None
        starred, self._reading.starred = self._reading.starred, False
        if word == "u" and number is not None:
            self._reading.skip = self._state.fallback
            return self._spell(letter(number))
        if word in _ENDS or word in _LETTERS:
            return self._say("\n" if word in _ENDS else _LETTERS[word])
        if word in {"v", "deleted", "plain", "uc", "f", "ansicpg", "fcharset"}:
            self._property(word, number)
        elif word in _CARRIED or word in _LEFT_OUT or word in _DETAILS:
            return self._go_to(word, starred=starred)
        elif word in _SKIPPED or (starred and word not in {"shpinst", "shppict"}):
            self._state = replace(self._state, place="")
        return True

    def _go_to(self, word: str, *, starred: bool) -> bool:
        """The group belongs to another place than what is around it."""
        if starred and word == "footnote":
            self._unstar()
        if self._state.deleted:
            self._add(" ", place="deleted")
        # A note or box inside a comment or header belongs to it.
        if word not in _CARRIED or self._in_body():
            self._state = replace(self._state, place=word)
        if word in _DETAILS:
            self._add("\n", place=word)
            return False
        return True

    def _unstar(self) -> None:
        """pandoc skips a footnote that is marked as optional, as LibreOffice marks it."""
        kept = self._reading.kept
        if kept and kept[-1] == "\\*":
            kept.pop()

    def _property(self, word: str, number: int | None) -> None:
        on = number != 0
        match word:
            case "v":
                self._state = replace(self._state, hidden=on)
            case "deleted":
                self._state = replace(self._state, deleted=on)
            case "plain":
                self._state = replace(self._state, hidden=False)
            case "uc":
                self._state = replace(self._state, fallback=min(number or 0, 20))
            case _:
                self._encoding(word, number or 0)

    def _encoding(self, word: str, number: int) -> None:
        reading = self._reading
        if word == "ansicpg":
            reading.code_page = f"cp{number}" if number in range(437, 1259) else "cp1252"
            self._state = replace(self._state, codec=reading.code_page)
        elif word == "fcharset":
            if number in _CODE_PAGES and number:
                reading.fonts[reading.font] = _CODE_PAGES[number]
        else:
            reading.font = number
            self._state = replace(self._state, codec=reading.fonts.get(number, reading.code_page))

    def _hex(self, token: "re.Match[str]") -> bool:
        if self._reading.skip:
            self._reading.skip -= 1
        else:
            self._reading.waiting.append(int(token.group("hex"), 16))
        return not self._in_body() and self._state.place not in _DETAILS

    def _sign(self, token: "re.Match[str]") -> bool:
        if token.group("sign") == "*":
            self._reading.starred = True
            return True
        if token.group("sign") in "\r\n":  # an escaped line end is a paragraph's
            return self._say("\n")
        return self._spell(_SIGNS.get(token.group("sign"), ""))

    def _text(self, token: "re.Match[str]") -> bool:
        text = token.group("text")
        dropped = min(self._reading.skip, len(text))
        self._reading.skip -= dropped
        return self._spell(text[dropped:])

    def _flush(self) -> None:
        if self._reading.waiting:
            content = bytes(self._reading.waiting)
            self._reading.waiting.clear()
            try:
                words = content.decode(self._state.codec, errors="replace")
            except LookupError:
                words = content.decode("cp1252", errors="replace")
            self._spell(words)

    def _in_body(self) -> bool:
        return self._state.place == "text" or self._state.place in _CARRIED

    def _spell(self, words: str) -> bool:
        """Add words.

        In the body text, pandoc gets them as plain characters instead of the token.
        """
        shown = self._say(words)
        if not self._in_body():
            return shown
        if shown and words:
            kept = self._reading.kept
            parted = " " if kept and _BARE_WORD.search(kept[-1]) else ""
            kept.append(parted + _SPECIAL.sub(r"\\\g<0>", words))
        return False

    def _say(self, words: str) -> bool:
        """Add words to the current place. Returns whether pandoc gets them."""
        state = self._state
        if not state.place:
            return True
        body = self._in_body()
        if body and state.deleted:
            self._add(words, place="deleted")
        elif body and state.hidden:
            self._add(words, place="hidden")
            return False
        else:
            self._add(words, place=state.place)
        return state.place not in _DETAILS

    def _add(self, words: str, *, place: str) -> None:
        self._reading.gathered.setdefault(place, []).append(words)


def _paired(text: str) -> str:
    """Joins surrogate pairs: RTF writes characters beyond U+FFFF as two UTF-16 units."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
