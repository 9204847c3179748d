"""What people download is named after the reference and nothing else."""

import re

import pytest
from django.utils.http import content_disposition_header
from hypothesis import given
from hypothesis import strategies as some

from evidence.files.download_names import neutral

SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*\.pdf")


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("FIA0012", "FIA0012.pdf"),
        ("R857-RPWV-5BKD", "R857-RPWV-5BKD.pdf"),
        ("FIA0012-annex-1", "FIA0012-annex-1.pdf"),
        ("../../etc/passwd", "etc-passwd.pdf"),
        ("…", "evidence.pdf"),
        ("", "evidence.pdf"),
        (".htaccess", "htaccess.pdf"),
        ("0..0", "0.0.pdf"),
        (f"{'a' * 79}.b", f"{'a' * 79}.pdf"),
        ("Łódź é", "odz-e.pdf"),
    ],
)
def test_download_name_has_letters_digits_dots_and_hyphens_only(reference, name):
    assert neutral(reference, "pdf") == name


@given(some.text(max_size=200))
def test_download_name_is_safe_for_any_reference(reference):
    name = neutral(reference, "pdf")

    assert SAFE.fullmatch(name)
    assert ".." not in name
    assert len(name) <= 84
    # The header quotes nothing and needs no second, encoded name.
    assert content_disposition_header(as_attachment=True, filename=name) == (
        f'attachment; filename="{name}"'
    )
