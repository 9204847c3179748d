"""Return codes: hard to guess, checked for typing errors, and nobody is locked out by others'
mistakes."""

import math
import re

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from evidence.drafts import return_codes
from evidence.drafts.return_codes import ALPHABET, RANDOM_LETTERS
from evidence.errors import MistypedCodeError
from evidence.rate_limits import rules as limits
from evidence.rate_limits.models import RateLimitCount
from tests.evidence.drafts.witness import begin
from tests.factories import CallFactory

MADE = st.builds(return_codes.new_code)
MISTAKE = "There is a typing mistake in this return code"
LENGTH = "A return code has 16 letters and digits"


def test_codes_have_four_groups_of_four_and_75_random_bits():
    made = {return_codes.new_code() for _ in range(200)}
    assert len(made) == 200
    assert all(
        re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4} ){3}[0-9A-HJKMNP-TV-Z]{4}", code) for code in made
    )
    assert RANDOM_LETTERS * math.log2(len(ALPHABET)) == 75
    assert len(set(ALPHABET)) == len(ALPHABET) == 32


@given(MADE, st.integers(0, 15), st.sampled_from(ALPHABET))
def test_every_single_wrong_letter_is_detected(code, place, letter):
    letters = list(code.replace(" ", ""))
    if letters[place] == letter:
        assert return_codes.read(code) == "".join(letters)
        return
    letters[place] = letter
    with pytest.raises(MistypedCodeError, match=MISTAKE):
        return_codes.read("".join(letters))


@given(MADE, st.integers(0, 14))
def test_swapped_neighbouring_letters_are_detected(code, place):
    letters = list(code.replace(" ", ""))
    pair = {letters[place], letters[place + 1]}
    letters[place], letters[place + 1] = letters[place + 1], letters[place]
    # The algorithm (Luhn mod N) cannot tell the first letter of the alphabet beside the last.
    if len(pair) == 1 or pair == {ALPHABET[0], ALPHABET[-1]}:
        assert return_codes.read("".join(letters)) == "".join(letters)
        return
    with pytest.raises(MistypedCodeError, match=MISTAKE):
        return_codes.read("".join(letters))


@given(MADE)
def test_letters_that_look_like_digits_are_read_as_digits(code):
    plain = code.replace(" ", "")
    assert return_codes.read(code.lower()) == plain
    assert return_codes.read(code.replace("0", "o").replace("1", "l")) == plain
    assert return_codes.read(code.replace("0", "O").replace("1", "I")) == plain


# --- Trying codes ---------------------------------------------------------------------------------


def come_back(typed: str, client: Client | None = None, **more: str):
    return (client or Client()).post(reverse("back"), {"code": typed, **more})


def browser_in(page: str) -> dict[str, str]:
    """The hidden field by which wrong codes of one browser are counted."""
    token = re.search(r'name="attempts" value="([^"]+)"', page)
    return {"attempts": token.group(1)} if token else {}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Enter your return code"),
        ("  - ", "Enter your return code"),
        ("0000 0000 0000 000", LENGTH),
        ("0000 0000 0000 0000 0", LENGTH),
        ("0000 0000 0000 0001", MISTAKE),
        ("0000 0000 0000 000U", MISTAKE),
        ("0000 0000 0000 000é", MISTAKE),
    ],
)
def test_mistyped_code_gets_its_own_message_and_is_not_counted(typed, sentence):
    for _ in range(12):
        answer = come_back(typed)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert sentence in page
        assert "We do not recognise" not in page
    assert not RateLimitCount.objects.exists()


@pytest.mark.django_db
def test_five_wrong_codes_slow_down_the_browser():
    form = begin(CallFactory())
    more: dict[str, str] = {}
    for _ in range(limits.WRONG_CODE_IN_BROWSER.most):
        page = come_back(return_codes.new_code(), **more).content.decode()
        assert "We do not recognise this return code" in page
        more = more or browser_in(page)
        assert browser_in(page) == more
    assert "Too many attempts" in come_back(form.code, **more).content.decode()
    assert come_back(form.code).status_code == 302


@pytest.mark.django_db
def test_wrong_code_is_looked_up_five_times_whoever_sends_it():
    code = return_codes.new_code()
    pages = [
        come_back(code, Client(REMOTE_ADDR=f"192.0.2.{number}")).content.decode()
        for number in range(limits.WRONG_CODE.most + 1)
    ]
    refusals = ["Too many attempts" in page for page in pages]
    assert refusals == [False] * limits.WRONG_CODE.most + [True]


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", [5, 50, limits.CODES_OF_ADDRESS.most + 5])
def test_wrong_codes_do_not_lock_out_others_on_the_network(wrong):
    form = begin(CallFactory())
    for _ in range(wrong):
        come_back(return_codes.new_code())
    assert come_back(form.code).status_code == 302


@pytest.mark.django_db
def test_number_of_rate_limit_rows_is_bounded(monkeypatch):
    monkeypatch.setattr(limits, "CODES_OF_ADDRESS", limits.Rule("wrong codes", 3, 15))
    for _ in range(10):
        come_back(return_codes.new_code())
    # One for each code and browser, and one for the address.
    assert RateLimitCount.objects.count() == 3 * 2 + 1


@pytest.mark.django_db
def test_rate_limit_rows_reveal_no_code_address_or_browser():
    code = return_codes.new_code()
    token = browser_in(come_back(code).content.decode())["attempts"]
    stored = str(list(RateLimitCount.objects.values()))
    for secret in (code, code.replace(" ", ""), "127.0.0.1", token):
        assert secret not in stored


@pytest.mark.django_db
def test_right_code_is_not_counted():
    form = begin(CallFactory())
    for _ in range(12):
        assert come_back(form.code, attempts="mine").status_code == 302
    assert not RateLimitCount.objects.filter(count__gt=0).exclude(count=1).exists()


@pytest.mark.django_db
def test_code_is_shown_in_groups_that_wrap_between_groups():
    form = begin(CallFactory())
    page = form.client.post(form.address("form-code-another"), follow=True).content.decode()
    shown = page.partition('class="receipt return-code"')[2].partition("</strong>")[0]
    groups = re.findall(r"<span>(\w{4})</span>", shown)
    assert len(groups) == 4
    assert come_back("".join(groups)).status_code == 302
