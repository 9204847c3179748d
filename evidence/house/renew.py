"""Makes fragments again after the program has learnt a new format of them.

Bundles do without a fragment that is out of date, but take ten times as long.
"""

from contextlib import suppress
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from evidence.files.shelves import Stored, archive, put_bytes
from evidence.house.models import Rendition, set_by_us
from evidence.pdf.fragment import VERSION
from evidence.pdf.fragments import prepare_file
from evidence.pdf.problems import PieceUnusable
from evidence.submissions.models import Submission
from evidence.work.claim import Settle

Form = Rendition.Form


def out_of_date() -> QuerySet[Rendition, UUID]:
    """The keys of pieces of which a fragment has an earlier format."""
    old = Rendition.objects.filter(form=Form.FRAGMENT).exclude(version=VERSION)
    return old.order_by("submission").values_list("submission", flat=True).distinct()


def renew(submission: Submission, *, within: Settle = transaction.atomic) -> None:
    """Make the fragments of a piece again that have an earlier format. The pages stay."""
    made = [
        (old, _made_again(old))
        for old in submission.renditions.filter(form=Form.FRAGMENT).exclude(version=VERSION)
    ]
    with within():
        for old, stored in made:
            # Pages that were made anew meanwhile have their own, and this one is no more.
            same = Rendition.objects.filter(pk=old.pk, sha256=old.sha256)
            new = {"sha256": stored.sha256, "size": stored.size} if stored else {}
            same.update(version=VERSION, **new)


def _made_again(old: Rendition) -> Stored | None:
    """None where it cannot be: a bundle tries again, and names the piece with the reason."""
    forms = list(Rendition.objects.filter(attachment=old.attachment_id))
    pdf = next((one for one in forms if one.form == Form.PDF), None)
    if pdf is None:
        return None
    with suppress(PieceUnusable), archive().local(pdf.sha256) as path:
        return put_bytes(archive(), prepare_file(path, ours=set_by_us(forms)))
    return None
