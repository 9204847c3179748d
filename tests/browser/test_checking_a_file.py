"""The verify page says in a browser whether a file is unaltered."""

import base64

import pytest

from tests.evidence.bundles.bundle_builders import a_bundle, content
from tests.factories import CallFactory, a_member, a_submission

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DROP = """([name, encoded]) => {
    const bytes = Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0));
    const dropped = new DataTransfer();
    dropped.items.add(new File([bytes], name));
    document.body.dispatchEvent(
        new DragEvent("drop", { dataTransfer: dropped, bubbles: true, cancelable: true })
    );
}"""


@pytest.fixture
def folder(work, tmp_path):
    """The files of a bundle in somebody's hands, and one that was altered."""
    call = CallFactory()
    a_submission(call)
    work()
    bundle = a_bundle(call, a_member(call.inquiry), work)
    for form in ("pdf", "zip"):
        whole = content(bundle.files.get(form=form).sha256)
        (tmp_path / f"bundle.{form}").write_bytes(whole)
        (tmp_path / f"altered.{form}").write_bytes(whole[:100] + b"?" + whole[101:])
    return tmp_path


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scripts", [True, False])
def test_verify_page_answers_for_each_file_with_and_without_scripts(visit, folder, width, scripts):
    desk = visit(width=width, scripts=scripts)
    desk.go("/verify/")
    if scripts:
        desk.accessible()
    names = ("bundle.pdf", "bundle.zip", "altered.pdf", "altered.zip")
    desk.page.set_input_files("#files", [str(folder / name) for name in names])
    desk.page.click("button[type=submit]")

    answers = desk.page.locator("[data-answers] h3")
    answers.last.wait_for()
    assert answers.all_inner_texts() == [
        "bundle.pdf: not changed",
        "bundle.zip: not changed",
        "altered.pdf: not recognised",
        "altered.zip: changed",
    ]
    if scripts:
        desk.accessible()
    assert desk.complaints == []


def test_dropped_file_is_hashed_in_the_browser_and_not_uploaded(visit, folder):
    desk = visit()
    sent: list[bytes] = []
    desk.page.on("request", lambda request: sent.append(request.post_data_buffer or b""))
    desk.go("/verify/")
    pdf = (folder / "bundle.pdf").read_bytes()

    desk.page.evaluate(DROP, ["dropped.pdf", base64.b64encode(pdf).decode()])

    desk.page.locator("[data-answers] h3").wait_for()
    assert desk.page.locator("[data-answers] h3").all_inner_texts() == ["dropped.pdf: not changed"]
    desk.page.locator("#answers:focus").wait_for()
    assert max(map(len, sent)) < 200
    assert desk.complaints == []
