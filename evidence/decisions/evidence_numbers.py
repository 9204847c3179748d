"""Gives submissions their evidence numbers, such as FIA0012, without gaps.

Each inquiry says when (`Inquiry.numbered_on`): on acceptance, as is usual, or on publication, so
that gaps between published numbers do not show how many submissions are not published.
"""

from django.db.models import F

from inquiry.models import Inquiry


def allocate_number(inquiry: Inquiry) -> tuple[int, str]:
    """The next evidence number of an inquiry and its reference, such as (12, "FIA0012").

    Must run in the transaction that uses it. The update locks the inquiry's row, so numbers are
    given one at a time; if the transaction fails, the next submission gets the number.
    """
    Inquiry.objects.filter(pk=inquiry.pk).update(last_number=F("last_number") + 1)
    number = Inquiry.objects.values_list("last_number", flat=True).get(pk=inquiry.pk)
    return number, f"{inquiry.prefix}{number:04d}"
