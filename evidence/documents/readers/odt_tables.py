"""Makes pandoc (3.9) read every column of an ODT's tables.

It takes as many columns as the longest row has cells, and drops cells beyond them. So a table with
merged cells gets a last row with a cell for each column, which `pandoc_blocks` takes away.

Source of the rules: OpenDocument 1.3 (OASIS), Part 3, 9 (tables).
"""

from typing import Final

from lxml import etree

_NS: Final = "urn:oasis:names:tc:opendocument:xmlns:"
_TABLE: Final = f"{{{_NS}table:1.0}}"
_TEXT: Final = f"{{{_NS}text:1.0}}"
_MOST: Final = 200
_DIGITS: Final = 4
FILLER: Final = "\ufdd4"
"""The words of the first cell of a row that is not the witness's."""


def fill_tables(content: etree._Element) -> None:
    """Adds the row to each table that has merged cells."""
    merged = {
        table
        for cell in content.iter(f"{_TABLE}covered-table-cell")
        if (table := next(cell.iterancestors(f"{_TABLE}table"), None)) is not None
    }
    for table in merged:
        row = etree.SubElement(table, f"{_TABLE}table-row")
        for number in range(_columns(table)):
            cell = etree.SubElement(row, f"{_TABLE}table-cell")
            if not number:
                etree.SubElement(cell, f"{_TEXT}p").text = FILLER


def _columns(table: etree._Element) -> int:
    count = 0
    for column in table.iter(f"{_TABLE}table-column"):
        if next(column.iterancestors(f"{_TABLE}table"), None) is table:
            times = column.get(f"{_TABLE}number-columns-repeated", "1")
            count += int(times) if times.isdecimal() and len(times) <= _DIGITS else 1
    return min(count, _MOST)
