"""Pictures in our PDF are as wide as the place they stand in, so they cover no words."""

import io

import pypdfium2 as pdfium
import pytest
from PIL import Image as Picture

from evidence.documents.document import (
    Block,
    Cell,
    Document,
    Image,
    ListBlock,
    Paragraph,
    Quote,
    Run,
    Table,
)
from evidence.documents.renderers.pdf import PageHeading, to_pdf

FACE = PageHeading(committee="", inquiry="", heading="Evidence", reference="FIA0012", date="")
IMAGE = Image("wide.png", "A wide picture", "0" * 64)


def text(words: str) -> Paragraph:
    return Paragraph((Run(words),))


def placed(*blocks: Block) -> tuple[list[tuple[float, ...]], list[tuple[float, ...]]]:
    """The boxes of pictures and of letters on the first page: left, bottom, right, top."""
    out = io.BytesIO()
    Picture.new("RGB", (2400, 600), "navy").save(out, "PNG")
    made = to_pdf(Document(blocks), {IMAGE.name: out.getvalue()}, FACE)
    with pdfium.PdfDocument(made.pdf) as pdf:
        page = pdf[0]
        boxes = [
            tuple(item.get_bounds())
            for item in page.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_IMAGE])
        ]
        letters = page.get_textpage()
        chars = [letters.get_charbox(at) for at in range(letters.count_chars())]
    return boxes, [box for box in chars if box[2] > box[0]]


def overlap(box: tuple[float, ...], picture: tuple[float, ...]) -> bool:
    across = box[0] < picture[2] and picture[0] < box[2]
    return across and box[1] < picture[3] and picture[1] < box[3]


@pytest.mark.parametrize("columns", [2, 3, 6])
def test_picture_in_a_cell_covers_no_words_beside_it(columns: int) -> None:
    beside = tuple(Cell((text("Words that stand beside the picture"),)) for _ in range(columns))
    row = (beside[0], Cell((IMAGE,)), *beside[2:])

    pictures, letters = placed(Table((), (row, beside)))

    assert len(pictures) == 1
    assert not [box for box in letters if overlap(box, pictures[0])]
    assert pictures[0][2] - pictures[0][0] > 20


def test_picture_in_a_list_or_quotation_ends_where_the_text_ends() -> None:
    pictures, _letters = placed(
        IMAGE, ListBlock(ordered=False, items=((text("Item"), IMAGE),)), Quote((IMAGE,))
    )

    rights = [box[2] for box in pictures]
    assert len(rights) == 3
    assert max(rights) <= rights[0] + 0.5
