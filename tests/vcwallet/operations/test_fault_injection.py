"""Everything that a verification rests on fails, one call after the other, and never does that help a bad credential.

For eighty good and ninety bad credentials and presentations of all kinds, every call of every site in `tests/faults.py` is
made to raise in turn, with every error, and to answer nothing. In `make test` each credential has a fifth of its sites, with
one call and one error each, chosen so that all come by; in `make slow` there are all of them.
"""

import logging
import zlib

import pytest

from tests import faults
from tests.good_and_bad_credentials import bad, good
from tests.good_and_bad_in_other_forms import bad as bad_in_other_forms
from tests.good_and_bad_in_other_forms import good as good_in_other_forms
from vcwallet import PresentationReport, SdJwtVc, VerificationReport, standard_toolkit
from vcwallet.dids import did_key
from vcwallet.keys import multikey, public_key

GOOD = {**good(), **good_in_other_forms()}
BAD = {**bad(), **bad_in_other_forms()}
CASES = {
    **{f"good: {name}": case for name, case in GOOD.items()},
    **{f"bad: {name}": case for name, case in BAD.items()},
}


# Of so many sites that a credential calls, one has its turn in `make test`; which, depends on the credential.
ONE_IN = 5

# An issuer has several places to publish the keys of tokens; when one fails, another that can be read and does not list the
# key settles the matter (docs/decisions/0003).
SETTLED_BY_ANOTHER_PLACE = {"key_not_in_document", "key_not_bound_to_issuer"}


@pytest.fixture(autouse=True)
def _quiet(caplog):
    """Every injected fault is logged, as it should be; thousands of them are not read by anybody."""
    caplog.set_level(logging.CRITICAL)


def prepared(case):
    """The question, to be put once, in a world that is built before anything fails."""
    toolkit = standard_toolkit(case.world())
    return lambda: case.ask(case.data, toolkit=toolkit, policy=case.policy, at=case.at, **case.more)


def ask(case):
    return prepared(case)()


def some_calls(counts, salt):
    """One call of some sites, and one error for each; over all cases every pair of site and error comes by."""
    for site, count in sorted(counts.items()):
        number = zlib.crc32(f"{salt} {site}".encode())
        errors = errors_of(site)
        if number // 77 % ONE_IN == 0:
            yield site, 1 + number % count, errors[number // 7 % len(errors)]


def all_calls(counts, _):
    for site, count in sorted(counts.items()):
        for at_call in range(1, count + 1):
            for error in errors_of(site):
                yield site, at_call, error


def errors_of(site):
    return (*faults.ERRORS, answers_nothing) if faults.has_an_answer(site) else faults.ERRORS


def answers_nothing():
    """The place of an error, where the call gives None instead of raising."""


def inside(report):
    """The reports about what is inside a credential or a presentation, by their places."""
    if isinstance(report, PresentationReport):
        return {f"/verifiableCredential/{index}": inner for index, inner in enumerate(report.credentials)}
    return report.nested


def demands(report):
    """What had to pass, of the credential and of everything inside it."""
    own = {("", check.name) for check in report.checks if check.required}
    return own | {
        (pointer + place, name) for pointer, inner in inside(report).items() for place, name in demands(inner)
    }


def passes(report):
    own = {("", check.name) for check in report.checks if check.outcome == "passed"}
    return own | {(pointer + place, name) for pointer, inner in inside(report).items() for place, name in passes(inner)}


def judged(report):
    return report.verdict, {pointer: judged(inner) for pointer, inner in inside(report).items()}


def is_the_original(report, undisturbed):
    """Whether it is about the same version of a credential; a presentation has only one."""
    if isinstance(report, PresentationReport) or isinstance(report.credential, SdJwtVc):
        return True
    return report.credential.document == undisturbed.credential.document


def inject(name, choose):
    case = CASES[name]
    undisturbed, question = ask(case), prepared(case)
    with faults.counting() as counts:
        assert judged(question()) == judged(undisturbed)
    for site, at_call, make_error in choose(counts, name):
        error = make_error()
        where = f"{site} call {at_call} of {counts[site]}: {error!r}"
        question = prepared(case)
        with (
            faults.answering_nothing(site, at_call=at_call)
            if error is None
            else faults.failing(site, at_call=at_call, error=error)
        ):
            report = question()  # whatever happens, there is an answer
        look_at(case, undisturbed, report, error, where)
    assert judged(ask(case)) == judged(undisturbed), "a fault left something behind"


def look_at(case, undisturbed, report, error, where):
    if undisturbed.verdict != "valid":
        assert report.verdict != "valid" or only_the_list_says_so(report), where
        return
    if report.verdict == "valid":
        # Another way to the same answer was found: then nothing that had to pass was left out on that way.
        if is_the_original(report, undisturbed):
            assert demands(undisturbed) & passes(undisturbed) <= passes(report), where
            assert judged(report) == judged(undisturbed), where
        else:
            assert case.policy.refresh, where  # the newer version could not be had, and the original is good too
    elif isinstance(error, faults.FAULTS_OF_OURS):
        settled = {problem.code for problem in report.problems} <= SETTLED_BY_ANOTHER_PLACE
        assert report.verdict == "indeterminate" or settled, where


def only_the_list_says_so(report):
    """A hosted badge is revoked where it is hosted. A list that says so too is heard, but need not be had (and is noted)."""
    hosted = isinstance(report, VerificationReport) and report.securing == "Open Badges 2.0 hosted"
    return hosted and "revocation_list_not_read" in {note.code for note in report.notes}


@pytest.mark.parametrize("name", CASES)
def test_no_single_fault_makes_anything_valid(name):
    inject(name, some_calls)


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_no_fault_anywhere_makes_anything_valid(name):
    inject(name, all_calls)


def test_an_end_that_could_not_be_read_is_no_missing_end():
    """An expired hosted badge was valid if its date could be read by the check of its form and not by that of its period."""
    site = "vcwallet.credentials.badge_v2:parse_moment"

    inject(
        "bad: hosted, expired", lambda counts, _: [(site, at, faults.ERRORS[-2]) for at in range(1, counts[site] + 1)]
    )


@pytest.mark.parametrize("name", ["good: vc+jwt", "good: hosted", "good: presented", "good: SD-JWT VC"])
@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_who_stops_the_process_is_not_answered(name, stop):
    """What is no `Exception` is not about the credential, nor a fault: it goes to the caller at once."""
    question = prepared(CASES[name])

    with (
        faults.failing("vcwallet.testing.outside_world:OutsideWorld.fetch", at_call=1, error=stop()),
        pytest.raises(stop),
    ):
        question()


def test_there_are_many_of_each_and_they_are_what_they_are_called():
    assert len(GOOD) >= 80
    assert len(BAD) >= 90
    assert {name for name, case in GOOD.items() if ask(case).verdict != "valid"} == set()
    assert {name for name, case in BAD.items() if ask(case).verdict not in ("invalid", "malformed")} == set()


def test_every_site_is_reached_by_some_credential():
    """A site that no case calls would be tested by nobody."""
    reached = set()
    for module in (multikey, public_key, did_key):  # which remember keys, perhaps those of an earlier test
        for function in vars(module).values():
            getattr(function, "cache_clear", lambda: None)()
    for case in CASES.values():
        question = prepared(case)
        with faults.counting() as counts:
            question()
        reached |= set(counts)

    assert set(faults.SITES) - reached == set()


def test_a_check_that_swallows_faults_would_be_noticed(monkeypatch):
    """The test of this test: a verification in which a failing proof counts as passed."""
    from vcwallet.operations import proof_checks
    from vcwallet.operations.answers import passed

    careless = proof_checks.check_proof

    def swallowing(facts):
        try:
            return careless(facts)
        except OSError:
            return proof_checks.ProofAnswer(passed("proof", "proof_good", "surely"))

    monkeypatch.setattr(proof_checks, "check_proof", swallowing)
    monkeypatch.setattr(proof_checks, "check_issuer", lambda *_: passed("issuer", "key_bound_to_issuer", "surely"))
    name = "bad: token with another signature"
    with pytest.raises(AssertionError, match="call 1"):
        inject(name, all_calls)
