"""A verification report in everyday words: the answer first, then check by check, and what to do next.

The library answers programs, with codes and exact messages. Here each code that people meet gets a sentence that says what
was found, what it means and what to do next, in the language of the reader. A code without a sentence of its own falls back
to the sentence of its check, with the library's message beside it. Nothing is judged here: verdict, outcomes and which
checks count are the report's.

Works on the report as JSON values (docs/reference/report.md), because that is how reports are kept and cross processes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from vcwallet_api.languages import Language, message

Tone = Literal["good", "bad", "unsure", "none"]

_TONES: Final[Mapping[str, Tone]] = {
    "valid": "good",
    "invalid": "bad",
    "malformed": "bad",
    "indeterminate": "unsure",
    "passed": "good",
    "failed": "bad",
    "unknown": "unsure",
    "skipped": "none",
}


@dataclass(frozen=True, slots=True)
class CheckInWords:
    """One line of a report.

    - `name`, `code`: the library's names of the check and of its answer, for whoever looks them up.
    - `tone`: "good", "bad", "unsure" or "none"; it only repeats `answer`.
    - `title`: what was asked, in a word or two.
    - `answer`: yes, no, could not be checked, or not asked, in a word or two.
    - `sentence`: what was found.
    - `detail`: the library's exact message, in English; "" where it adds nothing.
    - `next_step`: what the reader can do; "" when there is nothing.
    """

    name: str
    code: str
    tone: Tone
    title: str
    answer: str
    sentence: str
    detail: str = ""
    next_step: str = ""


@dataclass(frozen=True, slots=True)
class ReportInWords:
    """A whole report for people.

    - `verdict`: valid, invalid, malformed or indeterminate; `tone` repeats the headline.
    - `headline`: the answer, in one sentence.
    - `explanation`: what it means.
    - `next_step`: what to do; "" when nothing needs to be done.
    - `checked_at`: when it was checked, written out.
    - `name`, `issuer_name`, `issuer_id`: what the credential says of itself; "" where it says nothing.
    - `securing`: how it is signed.
    - `checks`: line by line.
    - `remarks`: notes of the library that do not change the answer, in English, with their codes.
    - `inside`: the reports of credentials inside it.
    """

    verdict: str
    tone: Tone
    headline: str
    explanation: str
    next_step: str
    checked_at: str
    name: str
    issuer_name: str
    issuer_id: str
    securing: str
    checks: tuple[CheckInWords, ...]
    remarks: tuple[tuple[str, str], ...]
    inside: tuple["ReportInWords", ...]


def in_words(report: Mapping[str, Any], language: Language) -> ReportInWords:
    """A report of a credential or a presentation, as `to_dict()` gives it, in the words of this language."""
    decisive = _decisive(report)
    verdict = str(report["verdict"])
    headline, explanation, next_step = _headline(verdict, decisive, language)
    summary: Mapping[str, Any] = report.get("credential") or {}
    issuer: Mapping[str, Any] = summary.get("issuer") or {}
    return ReportInWords(
        verdict=verdict,
        # Nothing is wrong with what is signed, and its time is over or has not begun.
        tone="none" if verdict == "valid" and decisive is not None else _TONES[verdict],
        headline=headline,
        explanation=explanation,
        next_step=next_step,
        checked_at=language.moment(_moment(str(report["at"]))),
        name=summary.get("name") or "",
        issuer_name=issuer.get("name") or "",
        issuer_id=issuer.get("id") or "",
        securing=str(report.get("securing") or ""),
        checks=tuple(_check(check, language) for check in report["checks"] if _is_worth_a_line(check)),
        remarks=tuple((str(note["code"]), str(note["detail"])) for note in report["notes"]),
        inside=tuple(in_words(inner, language) for inner in _inside(report)),
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _inside(report: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The credentials of a presentation, or those inside a credential; a status list is no credential to a reader."""
    if "credentials" in report:
        return list(report["credentials"])
    return [inner for pointer, inner in report["nested"].items() if not pointer.startswith("/credentialStatus")]


def _is_worth_a_line(check: Mapping[str, Any]) -> bool:
    """What nobody asked for is left out; what was asked and not reached stays, so that nothing is hidden.

    Some things everybody wants to know, also when nobody asked: then it says that they were not checked.
    """
    return check["outcome"] != "skipped" or bool(check["required"]) or check["name"] in _ALWAYS_SAID


# Was it withdrawn? Is it about the person who shows it? Does anybody know its issuer?
_ALWAYS_SAID: Final = frozenset({"status", "recipient", "trust"})


def _decisive(report: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The check that decided for the worst: a failure of form, then any failure, then what is unknown.

    The words for "valid" say that it is in force. Where nobody demanded that, as of a badge that is kept, its dates decide
    what is said all the same.
    """
    required = [check for check in report["checks"] if check["required"]]
    failed = [check for check in required if check["outcome"] == "failed"]
    unknown = [check for check in required if check["outcome"] == "unknown"]
    # Somebody whose badge is forged and has also expired must be told the former.
    failed.sort(key=lambda check: check["code"] in _ONCE_TRUE)
    dates = [check for check in report["checks"] if check["name"] == "period" and check["outcome"] == "failed"]
    return next(iter(failed or unknown or dates), None)


# The signature may be all right, and what was said was true once.
_ONCE_TRUE: Final = frozenset({"expired", "not_yet_valid", "revoked", "badge_revoked", "suspended"})


def _headline(verdict: str, decisive: Mapping[str, Any] | None, language: Language) -> tuple[str, str, str]:
    if decisive is not None:
        found = _HEADLINES.get(str(decisive["code"]))
        if found is not None:
            headline, explanation, next_step = (language.translate(text) if text else "" for text in found)
            return headline, explanation, next_step
    headline, explanation, next_step = (language.translate(text) if text else "" for text in _VERDICTS[verdict])
    return headline, explanation, next_step


def _check(check: Mapping[str, Any], language: Language) -> CheckInWords:
    name, outcome, code = str(check["name"]), str(check["outcome"]), str(check["code"])
    title = _TITLES.get(name)
    sentence = _BY_CODE.get(code) or _SENTENCES.get((name, outcome)) or _OUTCOMES[outcome]
    bad = outcome in ("failed", "unknown")
    next_step = _HEADLINES[code][2] if bad and code in _HEADLINES else ""
    return CheckInWords(
        name=name,
        code=code,
        tone=_TONES[outcome],
        title=language.translate(title) if title else name,
        answer=language.translate(_ANSWERS[outcome]),
        sentence=language.translate(sentence),
        detail=str(check["detail"]) if bad or code.startswith("issuer_") else "",
        next_step=language.translate(next_step) if next_step else "",
    )


_ANSWERS: Final[Mapping[str, str]] = {
    "passed": message("Yes"),
    "failed": message("No"),
    "unknown": message("Could not be checked"),
    "skipped": message("Not checked"),
}

_OUTCOMES: Final[Mapping[str, str]] = {
    "passed": message("This is as it must be."),
    "failed": message("This is not as it must be."),
    "unknown": message("This could not be found out."),
    "skipped": message("This was not checked, because an earlier check already gave the answer."),
}

# Headline, explanation, next step.
_VERDICTS: Final[Mapping[str, tuple[str, str, str]]] = {
    "valid": (
        message("Yes, this is genuine."),
        message("Its issuer signed exactly this, nothing was changed since, and it is still valid."),
        "",
    ),
    "invalid": (
        message("No, something is wrong with this."),
        message("A check found something wrong. The lines below say what."),
        message("Ask the person who gave it to you for the original, or ask its issuer."),
    ),
    "malformed": (
        message("This cannot be read as a badge."),
        message("It is not written the way a badge must be, so there is nothing to check."),
        message("Use the file exactly as its issuer gave it out, not a copy from another page."),
    ),
    "indeterminate": (
        message("This could not be checked completely."),
        message("We found nothing wrong, but something that we need for an answer could not be reached."),
        message("Try again later. Until then, do not take it for genuine."),
    ),
}

_OFFLINE: Final = (
    message("This could not be checked completely."),
    message("Something that its issuer publishes could not be reached just now, so there is no complete answer."),
    message("Try again in a few minutes. If it stays so, ask the issuer."),
)
_WITHDRAWN: Final = (
    message("Its issuer has revoked this."),
    message("It was genuine once, and its issuer no longer stands behind it."),
    message("Ask its issuer why, or leave it out of what you show."),
)
_CHANGED: Final = (
    message("No: something was changed after it was signed."),
    message("The signature does not fit what is written here, so nobody stands behind it."),
    message("Get the original from its issuer once more; a file that was opened and saved again can be damaged."),
)

_FOR_OTHERS: Final = (
    message("This was made for somebody else."),
    message("It says for whom it was signed, and whoever checks it here is not among them."),
    message("Ask its issuer for one that is meant for everybody."),
)

_HEADLINES: Final[Mapping[str, tuple[str, str, str]]] = {
    "signature_invalid": _CHANGED,
    "proof_missing": (
        message("No: nobody has signed this."),
        message("Anybody could have written it."),
        message("Ask its issuer for the signed badge."),
    ),
    "key_not_bound_to_issuer": (
        message("No: it was not signed by the issuer that it names."),
        message("The signature fits, but the key belongs to somebody else. Anybody can sign with a key of their own."),
        message("Ask the named issuer whether they awarded this."),
    ),
    "expired": (
        message("This was genuine, and has expired."),
        message("Its issuer signed it for a time that is over."),
        message("Ask its issuer whether it can be renewed."),
    ),
    "not_yet_valid": (
        message("This is not valid yet."),
        message("Its issuer signed it for a time that begins later."),
        message("Check it again after that day."),
    ),
    "revoked": _WITHDRAWN,
    "badge_revoked": _WITHDRAWN,
    "suspended": (
        message("Its issuer has suspended this for now."),
        message("It may become valid again; only its issuer knows."),
        message("Ask its issuer."),
    ),
    "recipient_mismatch": (
        message("This was awarded to somebody else."),
        message("It does not name any of the addresses that were asked for."),
        message("Add the address that it was sent to, and try again."),
    ),
    "issuer_not_trusted": (
        message("Its issuer is not one of those that are trusted here."),
        message("It is signed by its issuer, who is not on the list."),
        "",
    ),
    "nested_invalid": (
        message("No: something inside it is wrong."),
        message("It has other badges inside, and at least one of them is not genuine."),
        message("Look below which one it is."),
    ),
    "input_not_recognised": (
        message("There is no badge in this."),
        message("It is neither a badge file, nor a picture of a badge, nor the text of one."),
        message("Use the file with the name ending .json, .png, .svg or .jwt that its issuer gave out."),
    ),
    "document_wrapped": (
        message("There is a badge in this, with something around it."),
        message("It is the answer of a program, or an export, and only the badge inside it can be checked."),
        message("Take out the part that is the badge, exactly as it stands there, and check that."),
    ),
    "image_has_no_credential": (
        message("This picture has no badge inside."),
        message("It may be a photo or a copy of a badge's picture: copies often lose what was inside."),
        message("Download the picture again from where the badge was awarded."),
    ),
    "securing_unsupported": (
        message("This could not be checked here."),
        message("It is signed in a way that this service does not check yet."),
        message("Ask its issuer for the badge in another format."),
    ),
    "cryptosuite_unsupported": (
        message("This could not be checked here."),
        message("It is signed in a way that this service does not check yet."),
        message("Ask its issuer for the badge in another format."),
    ),
    "link_not_fetched": (
        message("Nothing could be fetched from this link."),
        message("There is no badge at this address that everybody on the internet can read over https."),
        message("Open the link yourself, download the badge, and upload the file."),
    ),
    "verification_time_exceeded": (
        message("The check took too long and was ended."),
        message("It is so large or so deep that checking it takes more work than we do for one badge."),
        message("Try again later, or ask its issuer for a simpler file."),
    ),
    "verification_memory_exceeded": (
        message("The check needed too much memory and was ended."),
        message("It is so large or so deep that checking it takes more work than we do for one badge."),
        message("Try again later, or ask its issuer for a simpler file."),
    ),
    "verification_worker_lost": (
        message("The check was cut off."),
        message("Something went wrong on our side, so there is no answer."),
        message("Try again in a few minutes."),
    ),
    "base_proof_shown": (
        message("This is only for its owner."),
        message("It is the whole badge, from which its owner makes a copy to show. Nobody else should have it."),
        message("Ask for a copy that was made to be shown."),
    ),
    "audience_mismatch": _FOR_OTHERS,
    "domain_mismatch": _FOR_OTHERS,
    "challenge_mismatch": (
        message("This was not made for this occasion."),
        message("It does not answer what was asked for, so it may be a copy of something older."),
        message("Ask for a new one."),
    ),
    "unreachable": _OFFLINE,
    "timeout": _OFFLINE,
    "no_network": _OFFLINE,
    "http_status": _OFFLINE,
    "tls_failed": _OFFLINE,
}

_TITLES: Final[Mapping[str, str]] = {
    "structure": message("Form"),
    "context": message("Meaning of its words"),
    "proof": message("Signature"),
    "issuer": message("Signed by its issuer"),
    "schema": message("Rules that it names"),
    "period": message("Valid today"),
    "status": message("Not revoked"),
    "nested": message("What is inside"),
    "recipient": message("Awarded to this person"),
    "holder": message("Shown by its owner"),
    "trust": message("Issuer known here"),
    "credentials": message("The badges in it"),
}

_SENTENCES: Final[Mapping[tuple[str, str], str]] = {
    ("structure", "passed"): message("It is written the way a badge of its kind must be."),
    ("structure", "failed"): message("It is not written the way a badge of its kind must be."),
    ("structure", "unknown"): message("Its form could not be judged."),
    ("context", "passed"): message("Every word in it has a known meaning, and is covered by the signature."),
    ("context", "failed"): message("It uses words that nobody has defined. A signature would not cover them."),
    ("context", "unknown"): message("It uses a vocabulary that is not known here and could not be fetched."),
    ("proof", "passed"): message("The signature fits. Nothing was changed since it was signed."),
    ("proof", "failed"): message("The signature does not fit what is written here."),
    ("proof", "unknown"): message("The signature could not be checked, because its key could not be reached."),
    ("issuer", "passed"): message("The key that signed it is one that the named issuer publishes."),
    ("issuer", "failed"): message("The key that signed it is not one of the named issuer's."),
    ("issuer", "unknown"): message("We could not find out whose key signed it."),
    ("issuer", "skipped"): message("We did not check whose key signed it, because the signature was not confirmed."),
    ("schema", "passed"): message("It keeps to the rules that it names."),
    ("schema", "failed"): message("It breaks the rules that it names."),
    ("schema", "unknown"): message("The rules that it names could not be applied. That does not change the answer."),
    ("period", "passed"): message("Its dates cover the moment of the check."),
    ("period", "failed"): message("Its dates do not cover the moment of the check."),
    ("period", "unknown"): message("Its dates could not be read."),
    ("status", "passed"): message("Its issuer has not revoked it."),
    ("status", "failed"): message("Its issuer no longer stands behind it."),
    ("status", "unknown"): message("We could not find out whether its issuer has revoked it."),
    ("status", "skipped"): message(
        "We did not check whether its issuer has revoked it, because it is not proven to come from that issuer."
    ),
    ("nested", "passed"): message("Every badge inside it is good."),
    ("nested", "failed"): message("A badge inside it is not good."),
    ("nested", "unknown"): message("A badge inside it could not be checked."),
    ("recipient", "passed"): message("It names the person that was asked for."),
    ("recipient", "failed"): message("It does not name the person that was asked for."),
    ("recipient", "unknown"): message("We could not find out whom it names."),
    ("holder", "passed"): message("Whoever shows it has proven to be its owner."),
    ("holder", "failed"): message("Whoever shows it has not proven to be its owner."),
    ("holder", "unknown"): message("We could not find out whether its owner shows it."),
    ("trust", "passed"): message("Its issuer is on a list of known issuers."),
    ("trust", "failed"): message("Its issuer is not on a list of known issuers."),
    ("trust", "unknown"): message("We could not find out whether its issuer is known."),
    ("credentials", "passed"): message("Every badge that is shown is good."),
    ("credentials", "failed"): message("A badge that is shown is not good."),
    ("credentials", "unknown"): message("A badge that is shown could not be checked."),
}

_BY_CODE: Final[Mapping[str, str]] = {
    "status_absent": message("Its issuer did not set up a way to revoke it."),
    "revoked": message("Its issuer has revoked it."),
    "badge_revoked": message("Its issuer has revoked it."),
    "suspended": message("Its issuer has suspended it for now."),
    "expired": message("It has expired."),
    "not_yet_valid": message("Its time has not begun yet."),
    "nested_absent": message("No other badges are inside."),
    "schema_absent": message("It names no rules of its own."),
    "proof_missing": message("Nobody has signed it."),
    "challenge_mismatch": message("It was made for another occasion, and may be a copy."),
    "domain_mismatch": message("It was made for somebody else."),
    "audience_mismatch": message("It was made for somebody else."),
    "recipient_not_asked": message("We were not told whom it should be about, so that was not compared."),
    "trust_not_asked": message(
        "We have no list of known issuers to look in. The address of the issuer says who it is."
    ),
    "status_list_expired": message("The issuer's list of revoked badges is out of date, so it does not count."),
    "hosted_copy_confirmed": message("Its issuer publishes exactly this at its address."),
    "hosted_copy_differs": message("Its issuer publishes something else at its address."),
    "badge_not_revoked": message("Its issuer has not revoked it."),
    "link_not_fetched": message("Nothing could be fetched from this link."),
    "verification_time_exceeded": message("The check took too long and was ended."),
    "verification_memory_exceeded": message("The check needed too much memory and was ended."),
    "verification_worker_lost": message("The check was cut off."),
}
