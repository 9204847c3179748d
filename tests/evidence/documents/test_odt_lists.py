"""Lists, headings and indexes of OpenDocument texts keep their labels and words."""

from pathlib import Path

from document_builders import changed, codes
from test_read_other_kinds import OPEN, open_document

from evidence.documents.document import Heading, ListBlock, plain
from evidence.documents.read import Reading, read
from evidence.documents.renderers.text import to_text

NUMBERS = (
    '<text:list-style style:name="N">'
    '<text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/>'
    '<text:list-level-style-number text:level="2" style:num-format="a" style:num-suffix=")" '
    'text:display-levels="2"/>'
    '<text:list-level-style-number text:level="3" style:num-format="I" style:num-prefix="["'
    ' style:num-suffix="]"/></text:list-style>'
    '<text:list-style style:name="B"><text:list-level-style-bullet text:level="1" '
    'text:bullet-char="•"/></text:list-style>'
)


def item(*inside: str, more: str = "") -> str:
    return f"<text:list-item{more}>{''.join(inside)}</text:list-item>"


def listed(*items: str, style: str = "N", more: str = "") -> str:
    named = f' text:style-name="{style}"' if style else ""
    return f"<text:list{named}{more}>{''.join(items)}</text:list>"


def p(words: str) -> str:
    return f"<text:p>{words}</text:p>"


def reading_of(folder: Path, body: str) -> Reading:
    reading = read(open_document(folder, body, NUMBERS), "odt")
    assert not {"words-missing", "words-added"} & codes(reading.findings).keys()
    return reading


def lines(folder: Path, body: str) -> list[str]:
    text = to_text(reading_of(folder, body).document)
    return [line.strip() for line in text.splitlines() if line.strip()]


def test_labels_show_the_numbers_of_all_their_levels(tmp_path: Path) -> None:
    deep = listed(item(p("x")), item(p("y")), style="")
    inner = listed(item(p("a"), deep), item(p("b")), style="")

    assert lines(tmp_path, listed(item(p("one"), inner), item(p("two"), p("more")))) == [
        "1. one",
        "1.a) a",
        "[I] x",
        "[II] y",
        "1.b) b",
        "2. two",
        "more",
    ]


def test_levels_without_words_have_no_label(tmp_path: Path) -> None:
    """LibreOffice writes an item of the third level inside two items with nothing else in them."""
    deep = listed(item(listed(item(listed(item(p("deep")), style="")), style="")))

    assert lines(tmp_path, listed(item(p("one"))) + deep) == ["1. one", "[I] deep"]


def test_list_continues_where_it_says_so(tmp_path: Path) -> None:
    on, name = ' text:continue-numbering="true"', ' xml:id="first"'
    body = listed(item(p("a")), more=name) + p("Between.") + listed(item(p("b")), more=on)
    other = listed(item(p("c"))) + listed(item(p("d")), more=' text:continue-list="first"')

    assert lines(tmp_path, body + other + listed(item(p("e"), more=' text:start-value="7"'))) == [
        "1. a",
        "1. Between.",
        "2. b",
        "1. c",
        "3. d",
        "7. e",
    ]


def test_bullets_inside_a_number_are_inside_its_item(tmp_path: Path) -> None:
    inner = listed(item(p("point")), item(p("other")), style="B")

    [block] = reading_of(tmp_path, listed(item(p("one"), inner), item(p("two")))).document.blocks

    assert isinstance(block, ListBlock)
    [nested] = [b for b in block.items[0] if isinstance(b, ListBlock)]
    assert (len(block.items), nested.ordered, len(nested.items)) == (2, False, 2)


def test_numbers_of_table_rows_are_kept(tmp_path: Path) -> None:
    more = ' text:continue-numbering="true"'
    rows = "".join(
        f"<table:table-row><table:table-cell>{listed(item(p('')), more=more)}</table:table-cell>"
        f"<table:table-cell>{p(words)}</table:table-cell></table:table-row>"
        for words in ("Apples", "Pears")
    )
    columns = '<table:table-column table:number-columns-repeated="2"/>'

    assert lines(tmp_path, f"<table:table>{columns}{rows}</table:table>") == [
        "1. | Apples",
        "2. | Pears",
    ]


def test_numbers_of_headings_are_words(tmp_path: Path) -> None:
    outline = "".join(
        f'<text:outline-level-style text:level="{n}" style:num-format="1" '
        f'text:display-levels="{n}"/>'
        for n in (1, 2)
    )
    styles = (
        f"<office:document-styles {OPEN}><office:styles><text:outline-style>{outline}"
        "</text:outline-style></office:styles></office:document-styles>"
    )
    body = "".join(
        f'<text:h text:outline-level="{level}">{words}</text:h>'
        for level, words in ((1, "Intro"), (2, "Why"), (1, "End"))
    )
    path = changed(open_document(tmp_path, body), {"styles.xml": styles})

    headings = [plain(b.runs) for b in read(path, "odt").document.blocks if isinstance(b, Heading)]

    assert headings == ["1 Intro", "1.1 Why", "2 End"]


def test_table_of_contents_is_kept_with_its_title(tmp_path: Path) -> None:
    body = (
        "<text:table-of-content><text:table-of-content-source><text:index-title-template>Contents"
        "</text:index-title-template></text:table-of-content-source><text:index-body>"
        f"<text:index-title>{p('What is inside')}</text:index-title>{p('First part 1')}"
        f"</text:index-body></text:table-of-content>{p('Text.')}"
    )

    assert lines(tmp_path, body) == ["1. What is inside", "2. First part 1", "3. Text."]
