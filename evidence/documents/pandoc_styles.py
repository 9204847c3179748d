"""The styles of a run, and what pandoc calls them."""

from typing import Final

PANDOC_STYLES: Final = {
    "strong": "Strong",
    "emphasis": "Emph",
    "underline": "Underline",
    "strike": "Strikeout",
    "superscript": "Superscript",
    "subscript": "Subscript",
    "small-caps": "SmallCaps",
}
