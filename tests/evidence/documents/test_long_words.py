"""Words too long for a line are broken, but never within a cluster of letters."""

import pytest

from evidence.documents.document import Document, Paragraph, Run
from evidence.documents.renderers.typst_data import LONG_WORD, setting

BREAK = "\u200b"


def set_words(text: str) -> str:
    data = setting(Document((Paragraph((Run(text),)),), ()), {}, {})
    [run] = data["blocks"][0]["runs"]
    return run["text"]


@pytest.mark.parametrize(
    "text",
    [
        "a" * (LONG_WORD - 1),
        "བོད་ཀྱི་རིག་གནས་སློབ་སྦྱོང་ཐད་ཕྱི་རྒྱལ་གྱི་ཤན་ཤུགས་དང་འབྲེལ་བ།",
        "การแทรกแซงของรัฐต่างชาติในมหาวิทยาลัยเป็นปัญหาที่ร้ายแรง",
        "领事馆的人对我说" * 9,
        "大学における外国の干渉" * 6,
    ],
)
def test_scripts_that_break_lines_themselves_are_unchanged(text):
    assert set_words(text) == text


@pytest.mark.parametrize(
    "text", ["https://example.org/" + "a" * 80, "पुस्तकालयाध्यक्षता" * 5, "རྐྱ" * 40]
)
def test_long_words_can_be_broken_between_separable_letters(text):
    parts = set_words(text).split(BREAK)

    assert "".join(parts) == text
    assert 1 < max(map(len, parts)) <= 15
    assert not any(part[0] in "्ािीुेो\u0f90\u0fb1\u0fb0" or part.endswith("्") for part in parts)
