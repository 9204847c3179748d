"""Makes pandoc (3.9) read every column of a DOCX's tables.

It takes as many columns as the table's grid lists with a width, and drops cells beyond them.

Source of the rules: ECMA-376 Part 1, 17.4.48 (grid), 17.4.17 (spans) and 17.4.14 (cells left out).
"""

from typing import Final

from lxml import etree

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CELLS: Final = (f"{_W}tc", f"{_W}sdt", f"{_W}customXml")
_MOST: Final = 200
_DIGITS: Final = 4


def widened(story: etree._Element) -> None:
    """Gives tables whose grid is too short a grid of as many columns as their widest row has."""
    for table in story.iter(f"{_W}tbl"):
        grid = table.find(f"{_W}tblGrid")
        listed = grid.findall(f"{_W}gridCol") if grid is not None else []
        widths = [column.get(f"{_W}w", "") for column in listed]
        columns = min(_MOST, max(map(_width, table.iterchildren(f"{_W}tr")), default=0))
        if columns <= sum(map(str.isdecimal, widths)):
            continue
        if grid is not None:
            table.remove(grid)
        grid = etree.Element(f"{_W}tblGrid")
        for _ in range(columns):
            etree.SubElement(grid, f"{_W}gridCol").set(f"{_W}w", "1000")
        properties = table.find(f"{_W}tblPr")
        table.insert(0 if properties is None else table.index(properties) + 1, grid)


def _width(row: etree._Element) -> int:
    """The columns that a row takes."""
    left_out = row.find(f"{_W}trPr")
    count = _span(left_out, "gridBefore") + _span(left_out, "gridAfter")
    for cell in row.iterchildren(*_CELLS):
        count += _span(cell.find(f"{_W}tcPr"), "gridSpan") or 1
    return count


def _span(properties: etree._Element | None, tag: str) -> int:
    element = properties.find(f"{_W}{tag}") if properties is not None else None
    value = element.get(f"{_W}val", "") if element is not None else ""
    return int(value) if value.isdecimal() and len(value) <= _DIGITS else 0
