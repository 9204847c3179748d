"""Committee papers: saved, made into pages, bundled with the evidence."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from evidence.bundles.models import Bundle
from evidence.bundles.numbered_copies import Recipient, issue_copies
from evidence.bundles.requests import freeze
from evidence.bundles.spec.selection import AFTER, BEFORE, EVIDENCE
from evidence.bundles.specification import Continuation, Kind, Specification
from evidence.committee_papers.models import CommitteePaper
from evidence.committee_papers.prepare import PaperDetails, add_paper, remove_paper
from evidence.errors import FileRefusedError, NotPermittedError, NotReadyError
from inquiry.people.roles import Role
from tests.evidence.bundles.bundle_builders import (
    a_bundle,
    bookmarks,
    built_bundle,
    pages,
    references,
)
from tests.evidence.files.test_clamav import answering, scanner
from tests.evidence.pdf.test_bundle import document
from tests.evidence.web.test_staff_pages import signed_in
from tests.factories import CallFactory, a_member, a_submission

__all__ = ["scanner"]  # a fixture
pytestmark = pytest.mark.django_db
PaperKind = CommitteePaper.Kind


@pytest.fixture
def call():
    return CallFactory(inquiry__prefix="FIA")


@pytest.fixture
def clerk(call):
    return a_member(call.inquiry)


def a_paper(
    call, clerk, work, title="Brief on visas", kind=PaperKind.BRIEF, **more
) -> CommitteePaper:
    text = more.pop("text", f"{title}: what to ask.")
    details = PaperDetails(kind, title, **more)
    paper = add_paper(call.inquiry, io.BytesIO(text.encode()), details, name="paper.txt", by=clerk)
    work()
    paper.refresh_from_db()
    return paper


# --- Kept ----------------------------------------------------------------------------------------


def test_committee_paper_becomes_pages(call, clerk, work):
    paper = a_paper(call, clerk, work)

    assert (paper.state, paper.pages, paper.ours) == (CommitteePaper.State.READY, 1, 1)
    assert paper.pdf_sha256
    assert paper.fragment_sha256


def test_uploaded_pdf_is_sanitised_and_keeps_its_pages(call, clerk, work, tmp_path):
    document("One", "Two").save(tmp_path / "brief.pdf")
    details = PaperDetails(PaperKind.OTHER, "A map")
    raw = io.BytesIO((tmp_path / "brief.pdf").read_bytes())
    paper = add_paper(call.inquiry, raw, details, name="brief.pdf", by=clerk)
    work()
    paper.refresh_from_db()

    assert (paper.state, paper.pages, paper.ours) == (CommitteePaper.State.READY, 2, 0)


def test_unusable_file_is_refused_at_once(call, clerk):
    with pytest.raises(FileRefusedError):
        add_paper(
            call.inquiry, io.BytesIO(b"PK\x03\x04broken"), PaperDetails(PaperKind.OTHER, "X"),
            name="x.docx", by=clerk,
        )  # fmt: skip
    assert not CommitteePaper.objects.exists()


@pytest.mark.enable_socket
@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b"stream: Eicar FOUND\0", "has a virus"),
        (b"INSTREAM size limit exceeded. ERROR\0", "too large for the virus scanner"),
    ],
)
def test_paper_the_scanner_does_not_clear_is_not_used(
    call, clerk, work, settings, scanner, answer, why
):
    settings.CLAMD_URL = scanner(answering(answer))

    paper = a_paper(call, clerk, work)

    assert paper.state == CommitteePaper.State.FAILED
    assert why in paper.reason


@pytest.mark.parametrize("role", [Role.MEMBER, Role.MEDIA, Role.ADVISER])
def test_only_bundle_makers_manage_papers(call, role):
    with pytest.raises(NotPermittedError):
        add_paper(
            call.inquiry, io.BytesIO(b"Words."), PaperDetails(PaperKind.OTHER, "X"), name="x.txt",
            by=a_member(call.inquiry, role),
        )  # fmt: skip


def test_paper_on_protected_witnesses_needs_both_clearances(call, clerk, work):
    paper = a_paper(call, clerk, work, for_cleared=True)
    people = {
        (confidential, identities): a_member(
            call.inquiry,
            Role.SPECIALIST,
            sees_confidential=confidential,
            sees_identities=identities,
        )
        for confidential in (False, True)
        for identities in (False, True)
    }

    visibility = {
        key for key, person in people.items() if paper in CommitteePaper.objects.visible_to(person)
    }
    assert visibility == {(True, True)}
    with pytest.raises(NotPermittedError):
        add_paper(
            call.inquiry, io.BytesIO(b"Words."),
            PaperDetails(PaperKind.OTHER, "X", for_cleared=True),
            name="x.txt", by=people[True, False],
        )  # fmt: skip


# --- Bound ---------------------------------------------------------------------------------------


def test_papers_keep_their_order_around_the_evidence(call, clerk, work):
    a_submission(call, text="One.")
    brief = a_paper(call, clerk, work)
    agenda = a_paper(call, clerk, work, "Agenda of 3 March", PaperKind.AGENDA)
    extract = a_paper(call, clerk, work, "Evidence of 3 February", PaperKind.TRANSCRIPT)
    papers = [str(paper.pk) for paper in (extract, brief, agenda)]

    bundle = a_bundle(call, clerk, work, kind=Kind.MEETING, papers=papers, tabs=True)

    shown = references(bundle)
    assert [shown[0], shown[1], shown[3]] == ["Agenda", "Brief", "Transcript extract"]
    assert [m for m in bookmarks(bundle) if m in {BEFORE, EVIDENCE, AFTER}] == [
        BEFORE,
        EVIDENCE,
        AFTER,
    ]
    words = " ".join(" ".join(pages(bundle)).split())
    assert "Brief on visas: what to ask." in words
    assert list(bundle.items.values_list("tab", flat=True)) == ["1", "2", "3", "4"]
    # The index of witnesses leads to the evidence, not to a paper.
    index = bundle.snapshot["indexes"]["Witnesses"]
    assert [places for _, places in index] == [[2]]


def test_late_paper_leaves_the_numbers_unchanged(call, clerk, work):
    a_submission(call, text="One.")
    brief = a_paper(call, clerk, work)
    first = a_bundle(call, clerk, work, papers=[str(brief.pk)], tabs=True)
    before = dict(first.items.values_list("reference", "first_number"))
    late = a_paper(call, clerk, work, "Questions", PaperKind.QUESTIONS)

    again = Specification(title="Pack", papers=[str(brief.pk), str(late.pk)], tabs=True)
    second = built_bundle(
        freeze(call.inquiry, again, by=clerk, previous=first, continuation=Continuation.KEEP), work
    )

    after = dict(second.items.values_list("reference", "first_number"))
    assert {name: after[name] for name in before} == before
    assert after["Suggested questions"].endswith("a")
    assert list(second.items.values_list("tab", flat=True)) == ["1", "1A", "2"]


def test_supplement_of_a_paper_alone_is_made(call, clerk, work):
    a_submission(call, text="One.")
    work()
    first = a_bundle(call, clerk, work)
    brief = a_paper(call, clerk, work)

    wanted = Specification(title="Pack", papers=[str(brief.pk)])
    second = built_bundle(
        freeze(
            call.inquiry, wanted, by=clerk, previous=first, continuation=Continuation.SUPPLEMENT
        ),
        work,
    )

    assert references(second) == ["Brief"]


def test_supplement_lists_each_of_two_briefs_by_its_own_title(call, clerk, work):
    visas, contracts = (
        a_paper(call, clerk, work, "On visas"),
        a_paper(call, clerk, work, "On contracts"),
    )
    first = a_bundle(call, clerk, work, papers=[str(visas.pk), str(contracts.pk)])
    a_submission(call, text="New.")
    work()

    wanted = Specification(title="Pack")
    second = built_bundle(
        freeze(
            call.inquiry, wanted, by=clerk, previous=first, continuation=Continuation.SUPPLEMENT
        ),
        work,
    )

    contents = "".join(pages(second))
    assert ("On visas" in contents, "On contracts" in contents) == (True, True)


@pytest.mark.parametrize("secret", [0, 1])
def test_supplement_does_not_list_a_restricted_brief_under_another_title(call, clerk, work, secret):
    briefs = [a_paper(call, clerk, work, f"Brief number {n}") for n in range(2)]
    first = a_bundle(call, clerk, work, papers=[str(brief.pk) for brief in briefs])
    CommitteePaper.objects.filter(pk=briefs[secret].pk).update(for_cleared=True)
    a_submission(call, text="New.")
    work()
    officer = a_member(call.inquiry, Role.OPERATIONS)

    wanted = Specification(title="Pack")
    second = freeze(
        call.inquiry, wanted, by=officer, previous=first, continuation=Continuation.SUPPLEMENT
    )

    (other,) = second.snapshot["elsewhere"]
    assert [row[2] for row in other["rows"]] == [f"Brief number {1 - secret}"]
    assert f"Brief number {secret}" not in str(second.snapshot)


def test_archived_paper_is_not_bundled_by_a_specification_naming_it(call, clerk, work):
    a_submission(call, text="One.")
    brief = a_paper(call, clerk, work)
    remove_paper(brief, by=clerk)

    assert "Brief" not in references(a_bundle(call, clerk, work, papers=[str(brief.pk)]))


def test_outside_readers_get_no_committee_papers(call, clerk, work):
    brief = a_paper(call, clerk, work)

    with pytest.raises(NotReadyError, match="papers of the committee"):
        freeze(
            call.inquiry,
            Specification(title="P", kind=Kind.WITNESS, papers=[str(brief.pk)]),
            by=clerk,
        )


def test_paper_hidden_from_the_requester_is_not_bundled(call, clerk, work):
    a_submission(call, text="One.")
    secret = a_paper(call, clerk, work, "Brief on Dr Hidden", for_cleared=True)
    officer = a_member(call.inquiry, Role.OPERATIONS)

    bundle = built_bundle(
        freeze(call.inquiry, Specification(title="P", papers=[str(secret.pk)]), by=officer), work
    )

    assert "Hidden" not in str(bundle.snapshot)


def test_bundle_with_a_restricted_paper_opens_only_for_the_cleared(call, clerk, work):
    a_submission(call, text="One.")
    secret = a_paper(call, clerk, work, for_cleared=True)
    bundle = a_bundle(call, clerk, work, papers=[str(secret.pk)])
    member = a_member(call.inquiry, Role.MEMBER)
    cleared = a_member(call.inquiry, Role.MEMBER, sees_confidential=True, sees_identities=True)

    assert bundle in Bundle.objects.visible_to(clerk)
    assert "CONFIDENTIAL" in "".join(pages(bundle))
    with pytest.raises(NotReadyError, match="may not see everything"):
        issue_copies(bundle, [Recipient("M", member)], by=clerk)
    assert issue_copies(bundle, [Recipient("C", cleared)], by=clerk)


# --- The pages -----------------------------------------------------------------------------------


def test_paper_is_added_viewed_and_archived_on_its_page(call, clerk, work):
    client, page = signed_in(clerk), f"{reverse('papers')}?inquiry={call.inquiry.code}"
    file = SimpleUploadedFile("brief.txt", b"What to ask.")

    client.post(page, {"kind": "brief", "title": "Brief on visas", "file": file})
    work()
    paper = CommitteePaper.objects.get()

    assert "Brief on visas" in client.get(page).content.decode()
    answer = client.get(reverse("paper", args=[paper.pk]))
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert "Brief on visas" not in answer["Content-Disposition"]
    client.post(reverse("paper-put-away", args=[paper.pk]))
    assert reverse("paper", args=[paper.pk]) not in client.get(page).content.decode()


def test_refused_file_keeps_what_was_typed(call, clerk):
    page = f"{reverse('papers')}?inquiry={call.inquiry.code}"
    file = SimpleUploadedFile("brief.docx", b"PK\x03\x04broken")

    shown = signed_in(clerk).post(page, {"kind": "brief", "title": "My brief", "file": file})

    words = shown.content.decode()
    assert "damaged" in words
    assert 'value="My brief"' in words


def test_papers_are_chosen_on_the_new_bundle_page(call, clerk, work):
    a_submission(call, text="One.")
    paper, gone = a_paper(call, clerk, work), a_paper(call, clerk, work, "Old brief")
    remove_paper(gone, by=clerk)
    client = signed_in(clerk)
    page = f"{reverse('bundle-new')}?inquiry={call.inquiry.code}&kind=meeting"

    assert "Old brief" not in client.get(page).content.decode()
    client.post(
        page,
        {"title": "P", "order": "number", "grouping": "none", "papers": [paper.pk], "do": "make"},
    )

    assert references(Bundle.objects.get())[0] == "Brief"


@pytest.mark.parametrize("role", [Role.MEMBER, Role.MEDIA, Role.ADVISER])
def test_papers_do_not_exist_for_people_who_make_no_bundles(call, clerk, work, role):
    paper = a_paper(call, clerk, work)
    client = signed_in(a_member(call.inquiry, role))

    assert client.get(reverse("papers")).status_code == 404
    assert client.get(reverse("paper", args=[paper.pk])).status_code == 404
    assert client.post(reverse("paper-put-away", args=[paper.pk])).status_code == 404


def test_papers_of_another_inquiry_do_not_exist(call, clerk, work):
    paper = a_paper(call, clerk, work)
    stranger = signed_in(a_member(a_submission().inquiry))

    assert stranger.get(f"{reverse('papers')}?inquiry={call.inquiry.code}").status_code == 404
    assert stranger.get(reverse("paper", args=[paper.pk])).status_code == 404
