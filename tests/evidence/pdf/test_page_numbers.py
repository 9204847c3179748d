"""Numbers of pages: printed, in page labels, and kept when a late item is inserted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.pdf.assemble.page_numbers import Labels, Run, Stretch, Style, counted, kept, lettered


def printed(labels: Labels) -> list[str]:
    return [labels.of(page) for page in range(1, sum(run.count for run in labels.runs) + 1)]


@pytest.mark.parametrize(
    ("number", "letters"), [(1, "a"), (26, "z"), (27, "aa"), (28, "bb"), (52, "zz"), (53, "aaa")]
)
def test_letter_suffixes_count_as_pdf_readers_count_them(number, letters):
    assert lettered(number) == letters


def test_page_numbers_start_at_the_chosen_number():
    assert printed(counted(3, first=98, prefix="B-")) == ["B-98", "B-99", "B-100"]


def test_fixed_width_labels_have_leading_zeros_as_prefixes():
    labels = counted(3, first=98, width=4)

    assert printed(labels) == ["0098", "0099", "0100"]
    assert (
        labels.written()
        == b"<< /Nums [ 0 << /P (00) /S /D /St 98 >> 2 << /P (0) /S /D /St 100 >> ] >>"
    )


def renumbered(*stretches: Stretch) -> list[str]:
    """The numbers of a bundle made again of one of ten pages."""
    return printed(kept(stretches, [Run("", 1, 10)]))


def test_late_item_gets_the_preceding_number_and_letters():
    numbers = renumbered(
        Stretch(2, (Run("", 1, 2),)),
        Stretch(3, (Run("", 3, 3),)),
        Stretch(2),
        Stretch(5, (Run("", 6, 5),)),
    )

    assert numbers == ["1", "2", "3", "4", "5", "5a", "5b", "6", "7", "8", "9", "10"]


def test_two_late_items_in_one_place_continue_the_letters():
    numbers = renumbered(
        Stretch(5, (Run("", 1, 5),)), Stretch(1), Stretch(2), Stretch(1, (Run("", 6, 1),))
    )

    assert numbers == ["1", "2", "3", "4", "5", "5a", "5b", "5c", "6"]


def test_pages_between_lettered_pages_get_numbered_parts():
    first = [Run("", 1, 10), Run("5", 1, 2, style=Style.LETTERS)]

    labels = kept(
        [
            Stretch(5, (Run("", 1, 5),)),
            Stretch(1, (Run("5", 1, 1, style=Style.LETTERS),)),
            Stretch(2),
            Stretch(1, (Run("5", 2, 1, style=Style.LETTERS),)),
            Stretch(1, (Run("", 6, 1),)),
        ],
        first,
    )

    assert printed(labels) == ["1", "2", "3", "4", "5", "5a", "5a-1", "5a-2", "5b", "6"]


def test_letter_of_a_removed_late_item_is_not_reused():
    first = [Run("", 1, 5), Run("5", 1, 2, style=Style.LETTERS), Run("", 6, 5)]

    labels = kept([Stretch(5, (Run("", 1, 5),)), Stretch(1), Stretch(5, (Run("", 6, 5),))], first)

    assert printed(labels)[5] == "5c"


def test_lost_pages_leave_a_gap_and_added_pages_are_lettered():
    fewer = renumbered(
        Stretch(5, (Run("", 1, 5),)), Stretch(1, (Run("", 6, 3),)), Stretch(2, (Run("", 9, 2),))
    )
    more = renumbered(Stretch(7, (Run("", 1, 5),)), Stretch(1, (Run("", 6, 1),)))

    assert fewer == ["1", "2", "3", "4", "5", "6", "9", "10"]
    assert more == ["1", "2", "3", "4", "5", "5a", "5b", "6"]


def test_pages_at_the_end_continue_after_the_last_number():
    numbers = renumbered(Stretch(5, (Run("", 1, 5),)), Stretch(1), Stretch(2, at_end=True))

    assert numbers == ["1", "2", "3", "4", "5", "5a", "6", "7"]


@given(
    counts=st.lists(st.integers(1, 40), min_size=1, max_size=8),
    late=st.lists(st.tuples(st.integers(0, 8), st.integers(1, 60)), max_size=6),
    later=st.lists(st.tuples(st.integers(0, 14), st.integers(1, 4)), max_size=6),
)
def test_later_items_never_change_or_repeat_a_number(counts, late, later):
    labels = counted(sum(counts))
    stretches, page = [], 1
    for count in counts:
        stretches.append(Stretch(count, labels.between(page, page + count - 1)))
        page += count
    for inserted in (late, later):
        before = labels
        for place, count in sorted(inserted, reverse=True):
            stretches.insert(min(place + 1, len(stretches)), Stretch(count))
        labels = kept(stretches, before.runs)

        assert len(set(printed(labels))) == sum(stretch.pages for stretch in stretches)
        assert set(printed(before)) <= set(printed(labels))
        page, settled = 1, []
        for stretch in stretches:
            settled.append(Stretch(stretch.pages, labels.between(page, page + stretch.pages - 1)))
            page += stretch.pages
        assert [stretch.kept for stretch in settled if stretch.kept] == [
            stretch.kept or now.kept for stretch, now in zip(stretches, settled, strict=True)
        ]
        stretches = settled
