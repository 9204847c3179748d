"""Makes pandoc's syntax tree of an RTF that `readers.rtf` has simplified.

pandoc (3.9) reads RTF itself, but loses merged cells, nested tables and the labels of lists, and
lets bold type run on.

Source of the rules: Rich Text Format Specification 1.9.1.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final

from evidence.documents.readers.list_labels import Label, Labels, without_noncharacters
from evidence.documents.readers.rtf_lists import Lists
from evidence.documents.readers.rtf_story import CharacterLook, ParagraphLook, Story
from evidence.documents.readers.rtf_tables import RowShape
from evidence.documents.readers.rtf_tokens import letter, tokens
from evidence.documents.text_cleaning import clean

Tree = dict[str, Any]
_IGNORED: Final = frozenset(
    {
        "fonttbl", "colortbl", "info", "header", "headerl", "headerr", "headerf", "footer",
        "footerl", "footerr", "footerf", "annotation", "author", "operator", "themedata",
        "datastore", "objdata", "generator", "rsidtbl", "xmlnstbl", "latentstyles", "nonshppict",
        "filetbl", "sp", "userprops", "shprslt", "nonesttables", "sn", "sv",
        "mmathPict",
    }
)  # fmt: skip
_STARRED: Final = frozenset({"shpinst", "shppict", "footnote"})
# Groups whose words are read for what they say of others.
_PLACES: Final = {
    "stylesheet": "styles",
    "listtable": "lists",
    "listoverridetable": "uses",
    "leveltext": "level text",
    "fldinst": "field code",
    "listtext": "label",
    "pntext": "label",
    "pict": "picture",
    "nesttableprops": "nested row",
    "moMath": "formula",
}
_SHOWN: Final = frozenset({"text", "nested row"})
_LETTERS: Final = {
    "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“",
    "rdblquote": "”", "bullet": "•", "tab": " ", "emspace": " ", "enspace": " ",
}  # fmt: skip
_SIGNS: Final = {"~": " ", "_": "-", "-": "", "\\": "\\", "{": "{", "}": "}"}
_CHARACTERS: Final = {
    "b": "strong", "i": "emphasis", "strike": "strike", "striked": "strike",
    "super": "superscript", "sub": "subscript", "scaps": "small-caps",
}  # fmt: skip
_UNDERLINES: Final = frozenset(
    {
        "ul", "uld", "uldash", "uldashd", "uldashdd", "uldb", "ulhwave", "ulldash", "ulth",
        "ulthd", "ulthdash", "ulthdashd", "ulthdashdd", "ulthldash", "ululdbwave", "ulw", "ulwave",
    }
)  # fmt: skip
_PARAGRAPH: Final = {"ls": "use", "ilvl": "level", "s": "style", "li": "indent", "lin": "indent"}
_ROWS: Final = frozenset(
    {"trowd", "trhdr", "trleft", "clmrg", "clvmrg", "cellx", "row", "nestrow", "cell", "nestcell"}
)
_LINK: Final = re.compile(r"\s*HYPERLINK\s+\"?([^\"\s]+)\"?", re.IGNORECASE)
_HEADING: Final = re.compile(r"heading (\d)\b", re.IGNORECASE)
_LEVELS: Final = 9
_PICTURES: Final = {"pngblip": "png", "jpegblip": "jpg", "emfblip": "emf"}
_PLAIN: Final = ParagraphLook()


@dataclass(frozen=True, slots=True)
class _State:
    """What a group inherits from the one around it."""

    place: str = "text"
    opened: str = ""
    """What ends with this group: a note, a text box, a field."""
    styles: frozenset[str] = frozenset()
    paragraph: ParagraphLook = _PLAIN
    is_deleted: bool = False
    fallback: int = 1
    field: "list[str] | None" = None
    """The address of the field around, once its code was read."""


@dataclass(slots=True)
class Result:
    """The tree, the pictures by name, and labels that became words."""

    blocks: list[Tree]
    pictures: dict[str, bytes] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)

    @property
    def tree(self) -> Tree:
        return {"meta": {}, "blocks": self.blocks}


def read(text: str, labels: Labels) -> Result:
    """The tree of an RTF whose characters are plain, with marks of the labels of lists."""
    return _Walk(labels).over(without_noncharacters(text))


class _Walk:
    """One pass over the tokens."""

    def __init__(self, labels: Labels) -> None:
        self._labels = labels
        self._lists = Lists()
        self._headings: dict[int, int] = {}
        self._state = _State()
        self._stack: list[_State] = []
        self._stories = [Story()]
        self._shapes = {"text": RowShape(), "nested row": RowShape()}
        self._raw: list[str] = []
        self._style = 0
        self._skip = 0
        self._starred = False
        self._kind = "emf"
        self._result = Result(self._stories[0].blocks)

    def over(self, text: str) -> Result:
        """Everything the file shows."""
        kinds: dict[str, Callable[[re.Match[str]], None]] = {
            "brace": self._brace,
            "number": self._word,
            "word": self._word,
            "hex": self._hex,
            "sign": self._sign,
            "text": lambda token: self._say(token.group("text")),
        }
        for token, raw in tokens(text):
            if token.group("word") == "bin":
                self._raw.append(raw)
            elif (handle := kinds.get(token.lastgroup or "")) is not None:
                handle(token)
        while len(self._stories) > 1:
            self._end_story(_State(opened="footnote"))
        self._end_paragraph()
        self._stories[0].go_to(0)
        return self._result

    @property
    def _story(self) -> Story:
        return self._stories[-1]

    def _brace(self, token: "re.Match[str]") -> None:
        self._starred, self._skip = False, 0
        if token.group() == "{":
            self._stack.append(self._state)
            self._state = replace(self._state, opened="")
        elif self._stack:
            ended, self._state = self._state, self._stack.pop()
            self._end_group(ended)

    def _end_group(self, ended: _State) -> None:
        if ended.opened in {"footnote", "shptxt"}:
            self._end_story(ended)
        elif ended.place and (ended.place != self._state.place or ended.place == "styles"):
            self._end_place(ended)

    def _end_place(self, ended: _State) -> None:
        words, place = "".join(self._raw), ended.place
        if place == "label":
            self._story.label.append(clean(words).strip())
        elif place == "field code" and ended.field is not None and (code := _LINK.match(words)):
            ended.field[0] = code[1]
        elif place == "level text":
            self._lists.level_text(words)
        elif place == "styles" and (name := _HEADING.search(words)) is not None:
            self._headings[self._style] = int(name[1])
        elif place == "picture":
            self._picture(words)
        elif place == "formula" and words.strip():
            self._story.add({"t": "Math", "c": [{"t": "InlineMath"}, words.strip()]})
        if place not in _SHOWN:
            self._raw = []

    def _word(self, token: "re.Match[str]") -> None:
        word = token.group("word")
        number = int(token.group("number")) if token.group("number") else None
        starred, self._starred = self._starred, False
        if word == "u" and number is not None:
            self._skip = 0
            self._say(letter(number))
            self._skip = self._state.fallback
        elif word in _LETTERS:
            self._say(_LETTERS[word])
        elif word in _PLACES:
            self._state = replace(self._state, place=self._place(word), opened=word)
            self._raw = self._raw if self._state.place == "nested row" else []
        elif word in _IGNORED or (starred and word not in _STARRED):
            self._state = replace(self._state, place="")
        elif word == "uc":
            self._state = replace(self._state, fallback=min(number or 0, 20))
        elif self._state.place in _SHOWN:
            self._shown_word(word, number)
        else:
            self._hidden_word(word, number or 0)

    def _place(self, word: str) -> str:
        """The place of a group; inside what is passed over, nothing is read."""
        return _PLACES[word] if self._state.place else ""

    def _hidden_word(self, word: str, number: int) -> None:
        match self._state.place:
            case "lists":
                self._lists.table_word(word, number)
            case "uses":
                self._lists.override_word(word, number)
            case "styles" if word in {"s", "cs", "ts", "ds"}:
                self._style, self._raw = number if word == "s" else -1, []
            case "styles" if word == "outlinelevel" and number < _LEVELS:
                self._headings.setdefault(self._style, number + 1)
            case "formula" if word == "mr":
                self._raw.append(" ")
            case "picture" if word in _PICTURES:
                self._kind = _PICTURES[word]
            case _:
                pass

    def _shown_word(self, word: str, number: int | None) -> None:
        if word in _ROWS:
            self._row_word(word, number or 0)
        elif word in {"par", "sect"}:
            self._end_paragraph()
        elif word == "line":
            self._story.add({"t": "LineBreak"})
        elif word in {"footnote", "shptxt"}:
            self._state = _State(opened=word, is_deleted=self._state.is_deleted)
            self._stories.append(Story())
        elif word == "field":
            self._state = replace(self._state, field=[""])
        else:
            self._look_word(word, number)

    def _look_word(self, word: str, number: int | None) -> None:
        state = self._state
        if word in _CHARACTERS or word in _UNDERLINES:
            style = _CHARACTERS.get(word, "underline")
            on = number != 0
            styles = state.styles | {style} if on else state.styles - {style}
            self._state = replace(state, styles=styles)
        elif word in {"ul", "ulnone"}:
            self._state = replace(state, styles=state.styles - {"underline"})
        elif word == "nosupersub":
            self._state = replace(state, styles=state.styles - {"superscript", "subscript"})
        elif word == "plain":
            self._state = replace(state, styles=frozenset())
        elif word == "deleted":
            self._state = replace(state, is_deleted=number != 0)
        else:
            self._paragraph_word(word, number or 0)

    def _paragraph_word(self, word: str, number: int) -> None:
        paragraph = self._state.paragraph
        if word == "pard":
            paragraph = _PLAIN
        elif word in _PARAGRAPH:
            paragraph = replace(paragraph, **{_PARAGRAPH[word]: number})
        elif word == "intbl":
            paragraph = replace(paragraph, depth=max(1, paragraph.depth))
        elif word == "itap":
            paragraph = replace(paragraph, depth=max(0, number))
        elif word == "outlinelevel":
            paragraph = replace(paragraph, heading=number + 1 if 0 <= number < _LEVELS else 0)
        self._state = replace(self._state, paragraph=paragraph)

    def _row_word(self, word: str, number: int) -> None:
        shape = self._shapes[self._state.place]
        inner = max(2, self._state.paragraph.depth)
        match word:
            case "trowd":
                self._shapes[self._state.place] = RowShape()
            case "row" | "nestrow":
                depth = 1 if word == "row" else inner
                self._story.go_to(depth)
                self._story.tables[-1].end_row(shape)
            case "cell" | "nestcell":
                self._end_cell(1 if word == "cell" else inner)
            case _:
                shape.word(word, number)

    def _end_cell(self, depth: int) -> None:
        self._end_paragraph(depth=depth)
        self._story.go_to(depth)
        self._story.tables[-1].end_cell()

    def _end_paragraph(self, depth: int | None = None) -> None:
        look = self._state.paragraph
        heading = look.heading or self._headings.get(look.style, 0)
        look = replace(look, heading=heading, depth=look.depth if depth is None else depth)
        shown = "".join(self._story.label)
        self._story.label = []
        label: Label | None = None
        if look.use >= 0 or shown:
            label = self._lists.label(look.use, look.level, shown)
        if words := self._story.end_paragraph(look, label, self._labels):
            self._result.words.append(words)

    def _end_story(self, ended: _State) -> None:
        """A note is put where its mark is, a text box after the paragraph."""
        outside, self._state = self._state, ended
        self._end_paragraph()
        self._state = outside
        blocks = self._stories.pop().go_to(0)
        if ended.opened == "shptxt":
            self._story.boxes += blocks
        elif blocks or not ended.is_deleted:
            self._story.add({"t": "Note", "c": blocks})

    def _picture(self, digits: str) -> None:
        try:
            content = bytes.fromhex(digits)
        except ValueError:
            content = b""
        name = f"picture{len(self._result.pictures) + 1}.{self._kind}"
        self._kind = "emf"
        self._result.pictures[name] = content
        self._story.add({"t": "Image", "c": [["", [], []], [], [name, ""]]})

    def _hex(self, token: "re.Match[str]") -> None:
        if self._skip:
            self._skip -= 1
        else:
            as_number = self._state.place == "level text"
            code = bytes.fromhex(token.group("hex"))
            self._say(code.decode("latin-1" if as_number else "cp1252", "replace"))

    def _sign(self, token: "re.Match[str]") -> None:
        sign = token.group("sign")
        if sign == "*":
            self._starred = True
        elif sign in "\r\n":
            if self._state.place in _SHOWN:
                self._end_paragraph()
        else:
            self._say(_SIGNS.get(sign, ""))

    def _say(self, words: str) -> None:
        state = self._state
        skipped = min(self._skip, len(words))
        self._skip -= skipped
        words = words[skipped:]
        if state.place == "text":
            if not state.is_deleted and words:
                link = state.field[0] if state.field else ""
                self._story.say(words, CharacterLook(state.styles, link))
        elif state.place:
            self._raw.append(words)
