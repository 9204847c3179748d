"""Tagged passages, quoted before the submissions or without them."""

import io
import json

import pikepdf
import pytest

from evidence.bundles.models import Bundle
from evidence.bundles.requests import freeze
from evidence.bundles.specification import Continuation, Kind, Passages, Specification
from evidence.decisions.models import Act
from evidence.errors import NotReadyError
from evidence.lifecycle import Disclosure
from evidence.publication.publish import publish
from evidence.tagging import tag
from evidence.tagging.models import InstitutionTag, ThemeTag
from inquiry.people.roles import Role
from tests.evidence.bundles.bundle_builders import a_bundle, bookmarks, content, packed, pages
from tests.factories import InstitutionFactory, ThemeFactory, a_member, a_submission, decide

pytestmark = pytest.mark.django_db
SITE = "https://evidence.example"


@pytest.fixture(autouse=True)
def _site(settings) -> None:
    settings.SITE_URL = SITE


def submission_with_passage(call, clerk, work, *, words: str, about: str = "Visas", **submission):
    """A submission of which one sentence is tagged with a theme."""
    made = a_submission(call, text=f"Before it.\n\n{words}", **submission)
    work()
    theme = ThemeFactory(name=about)
    tag.with_theme(made, theme, by=clerk)
    ThemeTag.objects.filter(submission=made, theme=theme).update(sentence=words)
    made.refresh_from_db()
    return made


def addresses(bundle: Bundle) -> list[str]:
    with pikepdf.open(io.BytesIO(content(bundle.pdf_sha256))) as pdf:
        return [
            str(link.A.URI)
            for page in pdf.pages
            for link in page.obj.get("/Annots", [])
            if "/A" in link
        ]


# --- Before the submissions
# ---------------------------------------------------------------------------


def test_thematic_bundle_lists_tagged_passages_with_paragraph_numbers(call, clerk, work):
    sentence = "The visa was refused twice without a reason."
    text = "\n\n".join([*(f"Paragraph {n}. " + "More words. " * 60 for n in range(1, 9)), sentence])
    submission = a_submission(call, text=text)
    other = a_submission(call, text="About something else.")
    work()
    visas, funding = ThemeFactory(name="Visas"), ThemeFactory(name="Funding")
    for source, theme, words in (
        (submission, visas, sentence),
        (other, funding, "About something else."),
    ):
        tag.with_theme(source, theme, by=clerk)
        ThemeTag.objects.filter(submission=source, theme=theme).update(sentence=words)

    filters = f"theme={visas.pk}"
    bundle = a_bundle(
        call, clerk, work, kind=Kind.THEMATIC, passages=Passages.FRONT, filters=filters
    )

    rows = bundle.snapshot["front"]["tables"][0]["rows"]
    assert [(row["section"], row["cells"]) for row in rows] == [
        ("Visas", [f"{submission.receipt}, para 9", sentence])
    ]
    item, shown = bundle.items.get(), pages(bundle)
    page = next(
        n for n, words in enumerate(shown, 1) if n >= item.first_page and "refused" in words
    )
    assert page > item.first_page
    with pikepdf.open(io.BytesIO(content(bundle.pdf_sha256))) as pdf:
        at = {source.obj.objgen: number for number, source in enumerate(pdf.pages, start=1)}
        leads = {at[link.Dest[0].objgen] for link in pdf.pages[2].obj.Annots}
    assert leads == {page}


def test_passages_do_not_reveal_the_institution_of_a_protected_witness(call, clerk, work):
    own = InstitutionFactory(name="Revealing College")
    submission = a_submission(call, text="One.", disclosure=Disclosure.NAME_WITHHELD)
    work()
    tag.with_institution(submission, own, part="submitter", by=clerk)
    InstitutionTag.objects.update(sentence="The witness gave this as their institution.")

    bundle = a_bundle(call, clerk, work, passages=Passages.FRONT, filters=f"institution={own.pk}")

    assert "Revealing" not in json.dumps(bundle.snapshot)


def test_passages_are_grouped_by_the_name_of_their_tag(call, clerk, work):
    submission_with_passage(call, clerk, work, words="Refused twice.", about="Visas")
    submission_with_passage(call, clerk, work, words="Paid by a fund.", about="Funding")

    bundle = a_bundle(call, clerk, work, passages=Passages.FRONT)

    table = " ".join(pages(bundle)[2].split())
    assert table.index("Funding") < table.index("Paid by a fund.") < table.index("Visas")
    assert table.count("Visas") == table.count("Funding") == 1


def test_passage_of_a_confidential_submission_is_marked(call, clerk, work):
    secret = submission_with_passage(
        call, clerk, work, words="Kept.", disclosure=Disclosure.CONFIDENTIAL
    )

    bundle = a_bundle(
        call, clerk, work, passages=Passages.FRONT, filters="", with_confidential=True
    )

    [row] = bundle.snapshot["front"]["tables"][0]["rows"]
    assert row["cells"][0] == f"{secret.receipt}, para 2 CONFIDENTIAL"


# --- Alone ---------------------------------------------------------------------------------------


def test_passages_without_submissions_link_to_the_site(call, clerk, work):
    submission = submission_with_passage(
        call, clerk, work, words="Refused twice.", name="Ann Ash", organisation=""
    )
    a_submission(call, text="Nothing is tagged here.", name="Nobody Quoted", organisation="")
    work()

    bundle = a_bundle(call, clerk, work, passages=Passages.ALONE)

    shown = [" ".join(words.split()) for words in pages(bundle)]
    assert "1 passage from 1 submission" in shown[0]
    assert "Refused twice." in shown[1]
    assert "Ann Ash" in shown[2]
    assert "Before it." not in " ".join(shown)
    assert "Nobody Quoted" not in " ".join(shown)
    page = f"{SITE}/staff/evidence/{submission.pk}/"
    assert addresses(bundle) == [f"{page}#p2", page]
    assert bundle.snapshot["items"] == []
    assert not [name for name in packed(bundle) if submission.receipt in name]
    assert bookmarks(bundle)[:2] == ["Cover", "Passages"]


def test_linked_paragraph_exists_on_the_submission_page(call, clerk, work, client):
    submission = submission_with_passage(call, clerk, work, words="Refused twice.")
    bundle = a_bundle(call, clerk, work, passages=Passages.ALONE)
    client.force_login(clerk)

    address, spot = addresses(bundle)[0].removeprefix(SITE).split("#")
    page = client.get(address)

    assert page.status_code == 200
    assert f'id="{spot}"' in page.content.decode()
    assert str(submission.pk) in address


def test_bundle_page_lists_quoted_submissions_and_not_those_left_out(call, clerk, work, client):
    submission = submission_with_passage(
        call, clerk, work, words="Refused twice.", name="Ann Ash", organisation=""
    )
    out = submission_with_passage(call, clerk, work, words="Refused once.", about="Other")
    left_out = {str(out.pk): "Too long"}
    bundle = a_bundle(call, clerk, work, passages=Passages.ALONE, left_out=left_out)
    client.force_login(clerk)

    page = client.get(f"/staff/bundles/{bundle.pk}/").content.decode()

    assert f'<th scope="row">{submission.receipt}</th><td>Ann Ash</td><td>quoted</td>' in page
    assert out.receipt not in page


def test_passages_for_outside_readers_link_to_published_pages(call, clerk, work):
    submission = submission_with_passage(call, clerk, work, words="Refused twice.")
    for act in (Act.ACCEPT, Act.OPEN, Act.REPORT):
        decide(submission, act, by=clerk)
    work()
    submission.refresh_from_db()

    volume = a_bundle(call, clerk, work, kind=Kind.VOLUME, passages=Passages.ALONE)
    publish(submission, by=clerk)
    work()
    out = a_bundle(call, clerk, work, kind=Kind.PUBLICATION, passages=Passages.ALONE)

    assert addresses(volume) == []
    page = f"{SITE}/evidence/{submission.reference}/"
    assert addresses(out) == [f"{page}#p2", page]


def test_passage_pages_are_marked_when_one_passage_is_confidential(call, clerk, work):
    submission_with_passage(call, clerk, work, words="Open.")
    bundle = a_bundle(call, clerk, work, passages=Passages.ALONE, marking="For members")
    assert bundle.snapshot["front"]["marking"] == "For members"

    submission_with_passage(
        call, clerk, work, words="Kept.", about="Funding", disclosure=Disclosure.CONFIDENTIAL
    )
    bundle = a_bundle(
        call, clerk, work, passages=Passages.ALONE, marking="For members", with_confidential=True
    )

    assert bundle.snapshot["front"]["marking"] == "CONFIDENTIAL · For members"
    assert all("CONFIDENTIAL · For members" in words for words in pages(bundle))


def test_person_who_lost_access_to_a_submission_cannot_open_its_passages(call, clerk, work):
    submission = submission_with_passage(call, clerk, work, words="Refused twice.")
    maker = a_member(call.inquiry, role=Role.SPECIALIST)
    bundle = a_bundle(call, maker, work, passages=Passages.ALONE)
    assert bundle in Bundle.objects.visible_to(maker)

    decide(submission, Act.ACCEPT, by=clerk)
    decide(submission, Act.KEEP_CONFIDENTIAL, by=clerk)

    assert bundle not in Bundle.objects.visible_to(maker)


def test_passages_of_unselected_or_hidden_submissions_are_not_quoted_or_counted(call, clerk, work):
    open_ = submission_with_passage(
        call, clerk, work, words="Open words.", name="Ann Ash", organisation=""
    )
    submission_with_passage(
        call, clerk, work, words="Kept words.", about="Secret theme", name="Dr Kept",
        disclosure=Disclosure.CONFIDENTIAL,
    )  # fmt: skip
    submission_with_passage(
        call, clerk, work, words="Said quietly.", about="Other", name="Dr Hidden",
        disclosure=Disclosure.NAME_WITHHELD,
    )  # fmt: skip
    maker = a_member(call.inquiry, role=Role.SPECIALIST)

    bundle = a_bundle(call, maker, work, passages=Passages.ALONE)

    text = json.dumps(bundle.snapshot) + " ".join(pages(bundle))
    assert open_.receipt in text
    assert "Said quietly." in text
    assert "2 passages from 2 submissions" in text
    assert not any(words in text for words in ("Kept", "Secret theme", "Hidden"))


def test_passages_without_submissions_need_at_least_one_passage(call, clerk, work):
    a_submission(call, text="Nothing is tagged.")
    work()

    with pytest.raises(NotReadyError, match="No sentence of these submissions was tagged"):
        freeze(call.inquiry, Specification(title="P", passages=Passages.ALONE), by=clerk)


@pytest.mark.parametrize("how", [Continuation.KEEP, Continuation.SUPPLEMENT])
def test_passages_without_submissions_do_not_continue_a_bundle(call, clerk, work, how):
    submission_with_passage(call, clerk, work, words="Refused twice.")
    before = a_bundle(call, clerk, work)
    specification = Specification(title="P", passages=Passages.ALONE)

    with pytest.raises(NotReadyError, match="no pages of submissions to go on from"):
        freeze(call.inquiry, specification, by=clerk, previous=before, continuation=how)


@pytest.mark.parametrize(("kept", "now"), [(True, Passages.FRONT), (False, Passages.NONE)])
def test_older_saved_specification_keeps_its_meaning_for_passages(kept, now):
    assert (
        Specification.from_json(Specification(title="P").to_json() | {"passages": kept}).passages
        == now
    )
