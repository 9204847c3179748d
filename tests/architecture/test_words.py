"""Words the glossary has retired do not come back: in names, comments, pages, letters and docs."""

import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GLOSSARY = ROOT / "docs" / "glossary.md"
FOLDERS = ("inquiry", "evidence", "templates", "tests", "benchmarks", "docs")
ENDINGS = {".py", ".html", ".txt", ".js", ".css", ".md", ".toml", ".typ", ".conf", ".service"}
# What was decided in the words of its time stays as it was written.
HISTORY = (ROOT / "docs" / "adr", ROOT / "CHANGELOG.md", GLOSSARY)
# Names of variables that say nothing of what they hold.
EMPTY_NAMES = {"said", "told", "found", "seen", "asked", "held", "the", "one"}


def retired() -> list[str]:
    """The words of the columns headed “never”."""
    words: list[str] = []
    for line in GLOSSARY.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 5 and cells[4] not in {"never", "---", ""}:
            words += [word.strip() for word in cells[4].split(",")]
    return words


def is_history(path: Path) -> bool:
    return path == Path(__file__) or any(path.is_relative_to(part) for part in HISTORY)


def files() -> Iterator[Path]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            is_text = path.suffix in ENDINGS and {"migrations", "demo"}.isdisjoint(path.parts)
            if is_text and not is_history(path):
                yield path
    yield ROOT / "README.md"
    yield ROOT / "pyproject.toml"


TEXTS = {path: path.read_text() for path in files()}


@pytest.mark.parametrize("word", retired())
def test_retired_words_appear_nowhere(word):
    pattern = re.compile(rf"(?<![A-Za-z]){word.replace(' ', '[ _]')}(?![A-Za-z])", re.IGNORECASE)
    lines = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path, text in TEXTS.items()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]
    assert lines == []


def test_variable_names_say_what_they_hold():
    sources = {path: text for path, text in TEXTS.items() if path.suffix == ".py"}
    hits = [
        f"{path.relative_to(ROOT)}:{token.start[0]}: {token.line.strip()}"
        for path, text in sources.items()
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type == tokenize.NAME and token.string in EMPTY_NAMES
    ]
    assert hits == []


def names_in_script(text: str) -> set[str]:
    """The identifiers of a script: comments and the words of its strings are prose."""
    code = re.sub(r"/\*.*?\*/|//[^\n]*", " ", text, flags=re.DOTALL)
    code = re.sub(r'"[^"\n]*"|`[^`$]*`', " ", code)
    return set(re.findall(r"[A-Za-z_$][\w$]*", code))


def classes_in_styles(text: str) -> set[str]:
    selectors = re.sub(r"/\*.*?\*/|\{[^{}]*\}", " ", text, flags=re.DOTALL)
    return set(re.findall(r"\.([A-Za-z_][\w-]*)", selectors))


def classes_in_page(text: str) -> set[str]:
    values = re.findall(r'\bclass(?:Name)? ?= ?"([^"]*)"', text)
    values += re.findall(r'classList\.\w+\("([^"]*)"', text)
    return {word for value in values for word in re.sub(r"{[{%].*?[%}]}", " ", value).split()}


@pytest.mark.parametrize(
    ("suffix", "names_in"),
    [
        (".js", names_in_script),
        (".js", classes_in_page),
        (".css", classes_in_styles),
        (".html", classes_in_page),
    ],
)
def test_names_in_scripts_and_stylesheets_say_what_they_hold(suffix, names_in):
    sources = {path: text for path, text in TEXTS.items() if path.suffix == suffix}
    names = {path: names_in(text) for path, text in sources.items()}
    assert any(names.values())
    hits = {
        f"{path.relative_to(ROOT)}: {name}"
        for path, words in names.items()
        for name in words
        if not EMPTY_NAMES.isdisjoint(re.split(r"[-_]", name)) or re.match(r"wish(es)?\b", name)
    }
    assert hits == set()


def test_glossary_names_existing_modules():
    places = re.findall(r"`((?:inquiry|evidence)/[\w/.]+)`", GLOSSARY.read_text())
    assert places
    assert [place for place in places if not (ROOT / place).exists()] == []
