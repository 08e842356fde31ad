"""A form is done and left, or refused and shown again; there is no third way."""

from dataclasses import dataclass
from typing import ClassVar

from vcwallet_api.forms import Forms
from vcwallet_api.languages import Languages
from vcwallet_api.refusals import Conflict, NotAllowed, TooMuch
from vcwallet_api.rendering import Frame, Pages

PAGES = Pages(Languages())
FORMS = Forms(PAGES, Frame(language=PAGES.languages["en"], path="/sign-in"))


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPage:
    template: ClassVar[str] = "account/sign_in.html"

    address: str
    next_path: str = "/backpack"
    error: str = ""
    error_next_step: str = ""


def answer(refusal=None, **options):
    def do():
        if refusal is not None:
            raise refusal
        return "/backpack?done=saved"

    return FORMS.answer(do, lambda refused: FormPage(address="typed@x.example", **refused.shown), **options)


def test_what_was_done_goes_on_to_another_page():
    response = answer()

    assert (response.status_code, response.url) == (303, "/backpack?done=saved")


def test_what_is_refused_comes_back_with_what_was_typed_and_why():
    response = answer(Conflict("address_known"))

    assert response.status_code == 409
    assert "typed@x.example" in response.content
    assert "This address is in your account already." in response.content


def test_what_comes_too_early_says_when_it_is_possible_in_words_and_in_the_header():
    response = answer(TooMuch("code_sent_recently", 61))

    assert (response.status_code, response.headers["Retry-After"]) == (429, "61")
    assert "Possible again in 2 minutes." in response.content


def test_what_needs_a_proof_leads_there_and_back_to_the_page_that_has_the_form():
    response = answer(NotAllowed("proof_needed"), stands_on="/account/addresses/1")

    assert (response.status_code, response.url) == (303, "/account/prove?next=/account/addresses/1")
