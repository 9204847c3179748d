"""Reads an HTML page as text: scripts, comments and hidden parts are removed and reported."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import lxml.html
from lxml import etree

from evidence.documents.errors import UnreadableFileError
from evidence.documents.readers import metadata
from evidence.documents.readers.completeness import Passage, shortened
from evidence.documents.readers.encodings import decoded_as
from evidence.documents.readers.source import Original
from evidence.documents.readers.text import decoded
from evidence.documents.readers.xml_trees import take_out
from evidence.documents.text_cleaning import clean
from evidence.findings import Finding, Location

LONGEST = 48 * 1024 * 1024
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_NEVER_TEXT = (
    "script",
    "style",
    "template",
    "iframe",
    "object",
    "embed",
    "noscript",
    "svg",
    "math",
)
_INLINE = {
    "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "ins",
    "kbd", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "tt", "u",
    "var", "wbr",
}  # fmt: skip
_UNSEEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?:\.0+)?\s*(?:;|\Z)"
    r"|font-size\s*:\s*0|mso-hide\s*:\s*all",
    re.IGNORECASE,
)
_NAMES_SOMEBODY = re.compile(r"author|creator|company|manager|byl", re.IGNORECASE)
_NAME = re.compile(r"[\w-]+")


def prepare_for_pandoc(path: Path, target: Path) -> Original:
    """Writes the page for pandoc to `target`. Returns what the original holds.

    Raises `UnreadableFileError`.
    """
    content = path.read_bytes()
    if len(content) > LONGEST:
        raise UnreadableFileError("The page is far longer than a submission, so it was not read.")
    return prepare_page(text_of(content), target)


def prepare_page(text: str, target: Path) -> Original:
    """The same, for the source of a page."""
    original = Original()
    page = _parsed(text)
    original.language = _language(page)
    original.details = metadata.of_page(page)
    for detail in original.details:
        if _NAMES_SOMEBODY.search(detail.location.name):
            original.findings.append(
                Finding.quoting("metadata-left-out", "info", detail.words, Location("page-head"))
            )
    _take_comments_out(page, original)
    unseen = _unseen_names(page)
    _take_code_out(page, original)
    _take_hidden_out(page, unseen, original)
    for title in page.iter("title"):
        if words := clean(title.text or "").strip():
            original.findings.append(
                Finding.quoting("title-left-out", "info", words, Location("page-title"))
            )
    take_out(list(page.iter("head", "title")))
    _list_passages(page, original)
    target.write_text(lxml.html.tostring(page, encoding="unicode"), encoding="utf-8")
    return original


def _parsed(text: str) -> lxml.html.HtmlElement:
    if not text.strip():
        raise UnreadableFileError("The page is empty.")
    parser = lxml.html.HTMLParser(no_network=True, huge_tree=False, encoding="utf-8")
    try:
        return lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableFileError("The page is damaged. Please ask for it again.") from error


def text_of(content: bytes) -> str:
    """The source of a page, in the encoding that it names."""
    if declared := _CHARSET.search(content[:4096]):
        try:
            return decoded_as(declared.group(1).decode("ascii"), content)
        except (LookupError, UnicodeDecodeError):
            pass  # pages often declare the wrong encoding; then their bytes decide
    return decoded(content)[0]


def _language(page: lxml.html.HtmlElement) -> str:
    match = re.match(r"[A-Za-z]{2,3}", page.get("lang", ""))
    return match.group().lower() if match else ""


def _take_comments_out(page: lxml.html.HtmlElement, original: Original) -> None:
    comments = list(page.iter(etree.Comment))
    for comment in comments:
        words = clean(comment.text or "").strip()
        if words:
            finding = Finding.quoting(
                "comment-left-out", "info", shortened(words), Location("code-comment")
            )
            original.findings.append(finding)
    take_out(comments)


def _take_code_out(page: lxml.html.HtmlElement, original: Original) -> None:
    code = list(_outermost(page, lambda element: element.tag in _NEVER_TEXT))
    for element in code:
        if element.tag != "style":
            words = shortened(clean(element.text_content()))[:500]
            where = Location("html-element", name=element.tag)
            original.findings.append(Finding.quoting("raw-left-out", "warn", words, where))
    take_out(code)


def _unseen_names(page: lxml.html.HtmlElement) -> set[str]:
    """Classes and identifiers (".x", "#x") that the page's own style sheets hide."""
    names = set()
    for sheet in page.iter("style"):
        for selectors, rule in _rules(sheet.text or ""):
            if _UNSEEN.search(rule):
                names |= {
                    name
                    for selector in selectors.split(",")
                    if (name := _last_name(selector.strip()))
                }
    return names


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """Selectors and their declarations. Of nested rules, only the innermost."""
    for part in sheet.split("}")[:-1]:
        before, opening, rule = part.rpartition("{")
        if opening and (selectors := before.rpartition("{")[2]):
            yield selectors, rule


def _last_name(selector: str) -> str:
    """The class or identifier (".x", "#x") at the end of a selector, or nothing."""
    at = max(selector.rfind("."), selector.rfind("#"))
    return selector[at:] if at >= 0 and _NAME.fullmatch(selector, at + 1) else ""


def _take_hidden_out(page: lxml.html.HtmlElement, unseen: set[str], original: Original) -> None:
    hidden = list(_outermost(page, lambda element: _is_hidden(element, unseen)))
    for element in hidden:
        words = clean(element.text_content()).strip()
        if words:
            where = Location("hidden-text", within=Location("text"))
            original.findings.append(
                Finding.quoting("hidden-text", "hold", shortened(words), where)
            )
    take_out(hidden)


def _outermost(
    page: lxml.html.HtmlElement, wanted: Callable[[lxml.html.HtmlElement], bool]
) -> Iterator[lxml.html.HtmlElement]:
    """The wanted elements that are inside no other wanted element, in page order."""
    waiting = [page]
    while waiting:
        element = waiting.pop()
        if isinstance(element.tag, str) and wanted(element):
            yield element
        else:
            waiting.extend(reversed(element))


def _is_hidden(element: lxml.html.HtmlElement, unseen: set[str]) -> bool:
    if element.get("hidden") is not None or _UNSEEN.search(element.get("style", "")):
        return True
    names = {f".{name}" for name in element.get("class", "").split()}
    names.add(f"#{element.get('id')}")
    return not names.isdisjoint(unseen)


def _list_passages(page: lxml.html.HtmlElement, original: Original) -> None:
    text_parts = "".join(_text_parts(page))
    for number, words in enumerate((w for w in text_parts.split("\0") if w.strip()), 1):
        original.passages.append(Passage(clean(words).strip(), Location("passage", number)))


def _text_parts(element: lxml.html.HtmlElement) -> Iterator[str]:
    """All text, with a NUL (which no page can hold) at the edges of blocks."""
    if element.get("role") == "doc-noteref":  # the mark of a footnote, which pandoc makes a note
        yield " "
        return
    edge = "" if element.tag in _INLINE else "\0"
    yield edge
    yield (element.text or "").replace("\0", "")
    for child in element:
        if isinstance(child.tag, str):
            yield from _text_parts(child)
        yield (child.tail or "").replace("\0", "")
    yield edge
