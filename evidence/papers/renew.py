"""Asks for fragments of earlier formats to be made again, and makes those of papers."""

from contextlib import suppress
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from evidence.files.shelves import archive, put_bytes
from evidence.house.renew import out_of_date
from evidence.papers.models import Paper
from evidence.pdf.fragment import VERSION
from evidence.pdf.fragments import prepare_file
from evidence.pdf.problems import PieceUnusable
from evidence.work.claim import Settle, ask

APART = timedelta(seconds=0.1)


def ask_to_renew() -> None:
    """Ask for all of them, one after the other, so that what witnesses send goes between them.

    Asking again while they wait changes nothing but when.
    """
    papers = Paper.objects.filter(state=Paper.State.READY).exclude(fragment_version=VERSION)
    due = [("renew_paper", paper.pk) for paper in papers]
    due += (("renew", key) for key in out_of_date())
    now = timezone.now()
    for place, (verb, key) in enumerate(due):
        ask(verb, key, at=now + place * APART)


def renew_paper(paper: Paper, *, within: Settle = transaction.atomic) -> None:
    """Make the fragment again where it has the format of an earlier version of this program."""
    if paper.state != Paper.State.READY or paper.fragment_version == VERSION:
        with within():
            return
    fragment = paper.fragment_sha256
    # A bundle tries again, and names a paper that it cannot take in with the reason.
    with suppress(PieceUnusable), archive().local(paper.pdf_sha256) as path:
        fragment = put_bytes(archive(), prepare_file(path, ours=paper.ours)).sha256
    with within():
        Paper.objects.filter(pk=paper.pk).update(fragment_sha256=fragment, fragment_version=VERSION)
