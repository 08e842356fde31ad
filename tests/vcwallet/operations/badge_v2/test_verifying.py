"""verify() on badges of Open Badges 2.0 of our own making: each hostile one beside its honest neighbour."""

import hashlib
import hmac
import json
import pickle
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given as generated
from hypothesis import strategies as st

from tests.small_pictures import itxt, png
from vcwallet import Assertion, Fetched, Policy, Recipient, StaticFetcher, standard_toolkit, verify
from vcwallet.keys.public_pem import public_key_to_pem
from vcwallet.testing.signing import SampleKey, to_jwt
from vcwallet.wire.base_encodings import base64url_encode

AT = datetime(2026, 3, 1, tzinfo=UTC)
CONTEXT = "https://w3id.org/openbadges/v2"
COLLEGE = "https://college.example/issuer"
BADGE = "https://college.example/badges/knots"
AWARD = "https://college.example/awards/1"
KEY_ID = "https://college.example/keys/1"
LIST = "https://college.example/revoked"
EVIL = "https://evil.example"
KEY, OTHER_KEY = SampleKey.new_rsa(), SampleKey.new_rsa()
ANA = "ana@campus.example"
HASHED_ANA = "sha256$" + hashlib.sha256(f"{ANA}sea".encode()).hexdigest()


def profile(address=COLLEGE, **members):
    return {
        "@context": CONTEXT,
        "type": "Issuer",
        "id": address,
        "name": "Noordzee College",
        "url": "https://college.example",
        "email": "badges@college.example",
        **members,
    }


def badge_class(address=BADGE, issuer=COLLEGE, **members):
    return {
        "@context": CONTEXT,
        "type": "BadgeClass",
        "id": address,
        "name": "Knots",
        "description": "Ties ten knots",
        "image": "https://college.example/knots.png",
        "criteria": "https://college.example/knots.html",
        "issuer": issuer,
        **members,
    }


def assertion(address=AWARD, badge=BADGE, **members):
    document = {
        "@context": CONTEXT,
        "type": "Assertion",
        "id": address,
        "recipient": {"type": "email", "hashed": True, "salt": "sea", "identity": HASHED_ANA},
        "badge": badge,
        "verification": {"type": "HostedBadge"},
        "issuedOn": "2026-01-15T09:00:00Z",
    } | members
    return {name: value for name, value in document.items() if value is not None}


def signed_claims(**members):
    return assertion(
        **{
            "address": "urn:uuid:a953081a-4bbd-4927-9653-7219bca00e3b",
            "verification": {"type": "SignedBadge", "creator": KEY_ID},
        }
        | members
    )


def pem(key):
    return public_key_to_pem(key.public_key).decode()


def short_pem():
    """No signer of ours has a key like this."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    form = (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return key.public_key().public_bytes(*form).decode()


def key_document(key=KEY, address=KEY_ID, owner=COLLEGE, **members):
    return {
        "@context": CONTEXT,
        "type": "CryptographicKey",
        "id": address,
        "owner": owner,
        "publicKeyPem": pem(key),
        **members,
    }


def at_their_ids(*documents):
    return {document["id"]: document for document in documents}


def world(*changed, **by_address):
    """The college's site, with changes: documents at their ids, and `without`, addresses that are not there."""
    served = at_their_ids(
        profile(publicKey=KEY_ID, revocationList=LIST), badge_class(), assertion(), key_document(), revocation_list()
    )
    served |= at_their_ids(*changed) | by_address.get("extra", {})
    for address in by_address.get("without", ()):
        del served[address]
    return served


def revocation_list(*entries):
    return {"@context": CONTEXT, "type": "RevocationList", "id": LIST, "revokedAssertions": list(entries)}


def check(data, served=None, **options):
    toolkit = standard_toolkit(StaticFetcher(world() if served is None else served))
    return verify(data, toolkit=toolkit, at=AT, **options)


def sign(claims=None, key=KEY, **header):
    return to_jwt(claims or signed_claims(), key, **{"kid": None} | header)


def answer(report, name):
    return report.check(name).outcome.value, report.check(name).code


# --- hosted -------------------------------------------------------------------------------------------------------------


def test_a_hosted_badge_is_valid_where_its_issuer_publishes_it():
    report = check(json.dumps(assertion()))

    assert report.verdict == "valid", report.problems
    assert report.securing == "Open Badges 2.0 hosted"
    badge = report.require_verified()
    assert isinstance(badge, Assertion)
    assert (badge.name, badge.issuer_id, badge.issuer_name) == ("Knots", COLLEGE, "Noordzee College")
    assert [item.url for item in report.evidence.items if item.kind == "document"] == [AWARD, BADGE, COLLEGE, LIST]


def test_a_report_about_a_badge_survives_pickling_and_has_json():
    report = check(assertion())

    assert pickle.loads(pickle.dumps(report)).to_json() == report.to_json()
    assert json.loads(report.to_json())["credential"]["name"] == "Knots"


def test_without_the_network_a_hosted_badge_is_undecided_and_says_what_to_do():
    report = verify(assertion(), at=AT)

    assert report.verdict == "indeterminate"
    assert answer(report, "proof") == ("unknown", "no_network")
    assert "fetcher" in report.check("proof").hint


def test_evidence_confirms_a_hosted_badge_when_its_issuer_is_gone():
    evidence = check(assertion()).evidence

    report = verify(assertion(), toolkit=standard_toolkit(StaticFetcher({})), evidence=evidence, at=AT)

    assert report.verdict == "valid", report.problems
    assert (
        report.check("proof").confirmation
        == report.check("status").confirmation
        == "last confirmed on 2026-03-01T00:00:00Z"
    )


@pytest.mark.parametrize("address", [AWARD, BADGE, COLLEGE])
def test_whatever_cannot_be_reached_leaves_the_badge_undecided(address):
    assert check(assertion(), world(without=[address])).verdict == "indeterminate"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"recipient": {"type": "email", "hashed": False, "identity": "eve@evil.example"}}, "hosted_copy_differs"),
        ({"badge": "https://college.example/badges/doctorate"}, "hosted_copy_differs"),
        ({"issuedOn": "2020-01-15T09:00:00Z"}, "hosted_copy_differs"),
        ({"issuedOn": "2026-01-15T10:00:00+01:00"}, "hosted_copy_confirmed"),
        ({"badge": badge_class()}, "hosted_copy_confirmed"),
        ({"image": "https://college.example/baked.png"}, "hosted_copy_confirmed"),
    ],
)
def test_a_copy_that_says_something_else_than_its_issuer_is_not_verified(given, code):
    report = check(assertion(**given))

    assert report.check("proof").code == code
    assert report.verdict == ("invalid" if code == "hosted_copy_differs" else "valid")


def test_a_copy_may_be_older_than_what_is_hosted_which_then_counts():
    hosted = assertion(expires="2026-02-01T00:00:00Z", narrative="Tied twelve")

    report = check(assertion(), world(hosted))

    assert [note.code for note in report.check("proof").notes] == ["hosted_copy_updated"]
    assert report.credential.document["narrative"] == "Tied twelve"
    assert answer(report, "period") == ("failed", "expired")


def test_a_badge_hosted_elsewhere_is_not_the_issuers():
    forged = assertion(f"{EVIL}/awards/1")
    allowed = profile(verification={"allowedOrigins": ["college.example", "evil.example"]})

    report = check(forged, world(forged))

    assert (report.verdict, answer(report, "issuer")) == ("invalid", ("failed", "assertion_out_of_scope"))
    assert report.credential.issuer_name is None, "a profile is shown only for what is the issuer's"
    assert check(forged, world(forged, allowed)).verdict == "valid"


def test_nothing_more_is_fetched_for_a_badge_that_is_not_the_issuers():
    forged = assertion(f"{EVIL}/awards/1")

    def asked(report):
        return [item.url for item in report.evidence.items if item.kind == "document"]

    report = check(forged, world(forged))
    assert asked(report) == [forged["id"], BADGE, COLLEGE]
    assert report.check("status").code == report.check("nested").code == "proof_not_passed"
    assert asked(check(assertion())) == [AWARD, BADGE, COLLEGE, LIST]


def test_a_policy_may_do_without_the_issuer():
    forged = assertion(f"{EVIL}/awards/1")
    policy = Policy(required_checks=Policy().required_checks - {"issuer"})

    assert check(forged, world(forged), policy=policy).verdict == "valid"


@pytest.mark.parametrize(
    ("scope", "verdict"),
    [
        ({"startsWith": "https://college.example/awards/"}, "valid"),
        ({"startsWith": ["https://college.example/other/", "https://college.example/awards/"]}, "valid"),
        ({"startsWith": "https://college.example/other/"}, "invalid"),
        ({"startsWith": "https://evil.example/"}, "invalid"),
        ({"allowedOrigins": "college.example"}, "valid"),
        ({"allowedOrigins": ["COLLEGE.example"]}, "valid"),
        ({"allowedOrigins": ["evil.example"]}, "invalid"),
        ({"allowedOrigins": ["college.example:8443"]}, "invalid"),
        ({"allowedOrigins": [5]}, "malformed"),
    ],
)
def test_an_issuers_scope_is_kept(scope, verdict):
    assert check(assertion(), world(profile(verification=scope))).verdict == verdict


@pytest.mark.parametrize("path", ["awards/../students/eve", "awards/%2e%2e/students/eve", "awards/./1"])
def test_an_address_that_climbs_out_of_the_scope_is_outside(path):
    forged = assertion(f"https://college.example/{path}")
    scope = profile(verification={"startsWith": "https://college.example/awards/"})

    assert check(forged, world(forged)).verdict == "valid"
    assert check(forged, world(forged, scope)).check("issuer").code == "assertion_out_of_scope"


def test_an_embedded_badge_class_cannot_claim_a_foreign_issuer():
    """Nor can the profile that it embeds allow the forger's site: the issuer's profile is fetched from the issuer."""
    embedded_issuer = profile(verification={"allowedOrigins": ["evil.example"]})
    for issuer in (COLLEGE, embedded_issuer):
        forged = assertion(f"{EVIL}/1", badge=badge_class(f"{EVIL}/knots", issuer=issuer))

        report = check(forged, world(forged))

        assert (report.verdict, report.check("issuer").code) == ("invalid", "assertion_out_of_scope")

    honest = assertion(badge=badge_class(issuer=profile()))
    assert check(honest, world(honest)).verdict == "valid"


def test_a_badge_class_on_another_site_is_not_the_issuers():
    foreign = badge_class(f"{EVIL}/knots")
    award = assertion(badge=foreign["id"])
    allowed = profile(verification={"allowedOrigins": ["college.example", "evil.example"]})

    assert check(award, world(award, foreign)).check("issuer").code == "badge_class_out_of_scope"
    assert check(award, world(award, foreign, allowed)).verdict == "valid"


def redirect(target):
    return Fetched(302, {"location": target}, b"")


def test_a_redirect_to_another_host_does_not_speak_for_the_first():
    forged = assertion(
        "https://college.example/go?to=evil",
        recipient={"type": "email", "hashed": False, "identity": "eve@evil.example"},
    )
    served = {forged["id"]: redirect(f"{EVIL}/1"), f"{EVIL}/1": forged}

    assert check(forged, world(extra=served)).check("issuer").code == "assertion_out_of_scope"

    moved = {AWARD: redirect("https://college.example/moved/1"), "https://college.example/moved/1": assertion()}
    assert check(assertion(), world(extra=moved)).verdict == "valid"


def test_an_issuers_profile_comes_from_its_own_host_only():
    elsewhere = {COLLEGE: redirect(f"{EVIL}/issuer"), f"{EVIL}/issuer": profile()}
    moved = {COLLEGE: redirect("https://college.example/v2/issuer"), "https://college.example/v2/issuer": profile()}

    report = check(assertion(), world(extra=elsewhere))
    assert (report.verdict, answer(report, "issuer")) == ("indeterminate", ("unknown", "redirected_elsewhere"))
    assert check(assertion(), world(extra=moved)).verdict == "valid"


def test_a_document_that_names_another_as_itself_is_looked_for_there():
    """So a profile on a forger's site that says it is the college's leads to the college's own, and its own scope."""
    pretender = f"{EVIL}/issuer"
    forged = assertion(f"{EVIL}/1", badge=badge_class(f"{EVIL}/knots", issuer=pretender))
    lie = profile(verification={"allowedOrigins": ["evil.example"]})

    report = check(forged, world(forged, extra={pretender: lie}))
    assert report.check("issuer").code == "assertion_out_of_scope"

    award = assertion(badge="https://college.example/old/knots")
    report = check(award, world(award, extra={"https://college.example/old/knots": badge_class()}))
    assert (report.verdict, [note.code for note in report.check("issuer").notes]) == ("valid", ["hosted_id_followed"])


def test_documents_that_name_each_other_come_to_an_end():
    one, two = "https://college.example/one", "https://college.example/two"
    circle = {one: badge_class(two), two: badge_class(one)}
    award = assertion(badge=one)

    assert answer(check(award, world(award, extra=circle)), "issuer") == ("unknown", "hosted_id_elsewhere")


def test_what_is_gone_was_withdrawn():
    plain, with_reason = Fetched(410, {}, b"Gone"), Fetched(410, {}, {"id": AWARD, "revocationReason": "in error"})

    report = check(assertion(), world(extra={AWARD: plain}))
    assert (report.verdict, answer(report, "status")) == ("invalid", ("failed", "badge_revoked"))
    assert "in error" in check(assertion(), world(extra={AWARD: with_reason})).check("status").message
    assert check(assertion(), world(extra={AWARD: Fetched(404)})).verdict == "indeterminate"


def test_a_hosted_badge_is_revoked_where_it_is_hosted():
    revoked = {"@context": CONTEXT, "id": AWARD, "revoked": True, "revocationReason": "in error"}

    report = check(assertion(), world(revoked))
    assert (report.verdict, answer(report, "status")) == ("invalid", ("failed", "badge_revoked"))
    assert check(assertion(revoked=False), world(assertion(revoked=False))).verdict == "valid"
    assert check(revoked, world()).verdict == "valid", "what is hosted counts, not what somebody says of it"


def test_a_hosted_badge_on_its_issuers_list_is_revoked_and_a_list_out_of_reach_is_noted():
    assert check(assertion(), world(revocation_list(AWARD))).check("status").code == "badge_revoked"

    report = check(assertion(), world(without=[LIST]))
    assert report.verdict == "valid"
    assert [note.code for note in report.check("status").notes] == ["revocation_list_not_read"]


@pytest.mark.parametrize(
    ("hosted", "verdict"),
    [
        ("<html>parked</html>", "indeterminate"),
        ([], "indeterminate"),
        ({"@context": CONTEXT, "type": "Assertion", "id": AWARD}, "malformed"),
        (badge_class(AWARD), "malformed"),
        (assertion(verification={"type": "SignedBadge"}), "invalid"),
    ],
)
def test_what_is_hosted_must_be_a_hosted_assertion(hosted, verdict):
    report = check(assertion(), world(extra={AWARD: hosted}))

    assert report.verdict == verdict
    assert report.check("proof").outcome != "passed"


# --- form and dates -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"issuedOn": 1768467600}, "timestamp_syntax"),
        ({"issuedOn": "1768467600"}, "timestamp_syntax"),
        ({"issuedOn": "2026-01-15"}, "timestamp_syntax"),
        ({"issuedOn": "2026-01-15T09:00:00"}, "timestamp_without_zone"),
        ({"expires": "2025-01-15T09:00:00Z"}, "period_reversed"),
        ({"recipient": None}, "badge_member_missing"),
        ({"recipient": ANA}, "badge_member_malformed"),
        ({"recipient": {"type": "shoe", "hashed": False, "identity": "44"}}, "badge_member_malformed"),
        ({"recipient": {"type": "email", "hashed": "true", "identity": ANA}}, "badge_member_malformed"),
        ({"recipient": {"type": "email", "hashed": True, "identity": HASHED_ANA[:-1]}}, "identity_hash_malformed"),
        ({"recipient": {"type": "email", "hashed": True, "identity": HASHED_ANA[7:]}}, "identity_hash_malformed"),
        ({"badge": [BADGE, BADGE]}, "badge_member_malformed"),
        ({"badge": "knots"}, "id_not_absolute"),
        ({"badge": {"type": "BadgeClass", "id": BADGE, "name": "Knots"}}, "badge_member_missing"),
        ({"verification": {"type": "trusted"}}, "badge_member_malformed"),
        ({"verify": {"type": "hosted"}}, "badge_member_malformed"),
        ({"image": "data:image/png;base64,AAAA"}, "badge_image_embedded"),
        ({"image": {"id": "DATA:image/png;base64,AAAA"}}, "badge_image_embedded"),
        ({"expires": None, "narrative": 5}, "text_malformed"),
        ({"type": ["Assertion", "Diploma"]}, "badge_type_unknown"),
        ({"@id": f"{EVIL}/1"}, "keyword_not_allowed"),
        ({"@context": "https://w3id.org/openbadges/v3"}, "badge_context_unknown"),
    ],
)
def test_a_badge_of_the_wrong_form_is_malformed(members, code):
    report = check(assertion(**members))

    assert report.verdict == "malformed"
    problems = [problem.code for entry in report.checks for problem in entry.problems]
    assert code in problems


@pytest.mark.parametrize(
    "moment", ["2026-01-15T09:00Z", "2026-01-15T10:00:00+0100", "2026-01-15T10:00+01", "2026-01-15T09:00:00.000Z"]
)
def test_moments_of_iso_8601_are_read_however_they_are_spelled(moment):
    report = check(assertion(issuedOn=moment))

    assert report.verdict == "valid", report.problems
    assert report.credential.issued_on == datetime(2026, 1, 15, 9, tzinfo=UTC)


@pytest.mark.parametrize("issued_on", [1768467600, "1768467600", "2026-01-15T09:00:00", "2026-01-15T09:00:00Z"])
def test_older_badges_are_read_with_the_dates_they_have(issued_on):
    old = {
        "uid": "1",
        "recipient": {"type": "email", "hashed": False, "identity": ANA},
        "badge": BADGE,
        "issuedOn": issued_on,
        "verify": {"type": "hosted", "url": AWARD},
    }
    for document in (old, {"@context": "https://w3id.org/openbadges/v1", "type": "Assertion", "id": AWARD, **old}):
        report = check(document, world(extra={AWARD: document}))

        assert report.verdict == "valid", report.problems
        assert report.credential.issued_on == datetime(2026, 1, 15, 9, tzinfo=UTC)
        assert report.credential.version == ("1.1" if "@context" in document else "1.0")


def test_a_badge_yet_to_be_issued_is_not_valid():
    future = assertion(issuedOn="2026-03-01T00:06:00Z")
    soon = assertion(issuedOn="2026-03-01T00:04:00Z")

    assert check(future, world(future)).check("period").code == "not_yet_valid"
    assert check(soon, world(soon)).verdict == "valid"


@pytest.mark.parametrize("document", [badge_class(), profile(), revocation_list()])
def test_what_awards_nothing_is_no_credential(document):
    report = check(document)

    assert report.verdict == "malformed"
    assert report.check("structure").code == "badge_not_awarded"


def test_terms_of_a_context_of_ones_own_are_not_guessed_at():
    own = assertion(**{"@context": {"badge": "https://college.example/terms#badge"}})

    report = check(own, world(own))

    assert (report.verdict, answer(report, "context")) == ("indeterminate", ("unknown", "badge_context_inline"))


# --- signed -------------------------------------------------------------------------------------------------------------


def test_a_signed_badge_does_not_answer_a_challenge_or_a_domain():
    assert check(sign(), policy=Policy(challenge="c-1")).check("proof").code == "challenge_mismatch"
    assert check(sign(), policy=Policy(domain="verifier.example")).check("proof").code == "domain_mismatch"


def test_a_hosted_badge_answers_neither():
    assert check(assertion()).verdict == "valid"
    for policy, code in (
        (Policy(challenge="c-1"), "challenge_mismatch"),
        (Policy(domain="verifier.example"), "domain_mismatch"),
        (Policy(challenge="c-1", domain="verifier.example"), "challenge_mismatch"),
    ):
        report = check(assertion(), policy=policy)

        assert (report.verdict, report.check("proof").code) == ("invalid", code)
        assert "presentation" in report.check("proof").problems[0].hint


def test_a_signed_badge_is_valid_by_a_key_that_its_issuer_lists():
    report = check(sign())

    assert report.verdict == "valid", report.problems
    assert report.securing == "Open Badges 2.0 signed RS256"
    assert answer(report, "issuer") == ("passed", "key_bound_to_issuer")
    assert report.require_verified().name == "Knots"


@pytest.mark.parametrize("creator", [None, KEY_ID])
def test_every_listed_key_is_tried_when_the_badge_names_none(creator):
    second = key_document(OTHER_KEY, f"{COLLEGE}/second")
    served = world(profile(publicKey=[second["id"], KEY_ID]), second)

    verification = {"type": "SignedBadge"} | ({"creator": creator} if creator else {})
    assert check(sign(signed_claims(verification=verification)), served).verdict == "valid"


def test_a_key_that_the_profile_itself_holds_needs_no_request():
    served = world(profile(publicKey=key_document()), without=[KEY_ID])

    assert check(sign(), served).verdict == "valid"


@pytest.mark.parametrize("listed", [None, "https://college.example/keys/2", []])
def test_a_key_that_the_issuer_does_not_list_is_nobodys(listed):
    """The forger's badge names a key of the forger's, which even claims the college as its owner."""
    forgers = key_document(OTHER_KEY, f"{EVIL}/key")
    claims = signed_claims(verification={"type": "SignedBadge", "creator": forgers["id"]})
    members = {} if listed is None else {"publicKey": listed}

    report = check(sign(claims, OTHER_KEY), world(profile(**members), forgers))

    assert (report.verdict, report.check("proof").code) == ("invalid", "key_not_bound_to_issuer")
    assert check(sign(claims, OTHER_KEY), world(profile(publicKey=forgers["id"]), forgers)).verdict == "valid"


def test_a_profile_inside_the_badge_lists_no_keys():
    embedded = badge_class(issuer=profile(publicKey=key_document(OTHER_KEY)))

    forged = check(sign(signed_claims(badge=embedded), OTHER_KEY))

    assert (forged.verdict, forged.check("proof").code) == ("invalid", "signature_invalid")
    assert check(sign(signed_claims(badge=embedded))).verdict == "valid"
    offline = verify(sign(signed_claims(badge=embedded)), at=AT)
    assert (offline.verdict, offline.check("proof").code) == ("indeterminate", "no_network")


@pytest.mark.parametrize(
    ("key", "code"),
    [
        (key_document(owner=f"{EVIL}/issuer"), "key_not_bound_to_controller"),
        (key_document(address="urn:uuid:another"), "key_not_bound_to_controller"),
        (key_document() | {"owner": None}, "badge_member_missing"),
        (key_document() | {"publicKeyPem": "no key"}, "key_malformed"),
        (key_document() | {"publicKeyPem": pem(KEY) + pem(OTHER_KEY)}, "key_malformed"),
        (key_document(OTHER_KEY), "signature_invalid"),
        (key_document(publicKeyPem=short_pem()), "weak_key"),
    ],
)
def test_a_key_must_be_one_and_must_name_its_owner(key, code):
    report = check(sign(), world(extra={KEY_ID: key}))

    assert report.check("proof").outcome == "failed"
    assert report.check("proof").code == code


def test_a_changed_payload_does_not_fit_its_signature():
    header, _, signature = sign().split(".")
    changed = json.dumps(signed_claims(issuedOn="2020-01-15T09:00:00Z")).encode()

    assert check(f"{header}.{base64url_encode(changed)}.{signature}").check("proof").code == "signature_invalid"


def test_no_algorithm_and_no_hmac_stand_for_a_signature():
    payload = base64url_encode(json.dumps(signed_claims()).encode())

    def token(header, signature):
        return f"{base64url_encode(json.dumps(header).encode())}.{payload}.{signature}"

    unsigned = token({"alg": "none"}, "")
    padded = token({"alg": "none"}, "AAAA")
    header = base64url_encode(json.dumps({"alg": "HS256"}).encode())
    mac = hmac.new(pem(KEY).encode(), f"{header}.{payload}".encode(), hashlib.sha256).digest()
    by_hmac = f"{header}.{payload}.{base64url_encode(mac)}"

    assert check(unsigned).verdict == "malformed"
    assert answer(check(padded), "proof") == ("failed", "jws_algorithm_not_allowed")
    assert answer(check(by_hmac), "proof") == ("failed", "jws_algorithm_not_allowed")
    assert answer(check(sign(alg="ES256")), "proof") == ("failed", "key_algorithm_mismatch")


def test_a_token_and_its_payload_must_want_the_same_verification():
    assert check(sign(assertion())).check("proof").code == "verification_type_mismatch"
    assert check(signed_claims()).check("proof").code == "proof_missing"


def test_nothing_is_fetched_for_a_token_whose_algorithm_is_refused():
    asked = []

    class Watching:
        def fetch(self, url, **options):
            asked.append(url)
            return StaticFetcher(world()).fetch(url, **options)

    verify(sign(alg="HS256"), toolkit=standard_toolkit(Watching()), at=AT)

    assert asked == []


@pytest.mark.parametrize(
    ("entries", "outcome"),
    [
        ([], ("passed", "badge_not_revoked")),
        (["urn:uuid:00000000-4bbd-4927-9653-7219bca00e3b"], ("passed", "badge_not_revoked")),
        ([signed_claims()["id"]], ("failed", "badge_revoked")),
        ([{"id": signed_claims()["id"], "revocationReason": "in error"}], ("failed", "badge_revoked")),
        ([{"id": signed_claims()["id"], "revoked": False}], ("passed", "badge_not_revoked")),
        ([{"uid": "knots-1"}], ("failed", "badge_revoked")),
        ([{"uid": "knots-2"}], ("passed", "badge_not_revoked")),
        ([{"id": "urn%3Auuid:a953081a-4bbd-4927-9653-7219bca00e3b"}], ("failed", "badge_revoked")),
        ([5], ("unknown", "revocation_list_unusable")),
    ],
)
def test_a_signed_badge_on_its_issuers_list_is_revoked(entries, outcome):
    report = check(sign(signed_claims(uid="knots-1")), world(revocation_list(*entries)))

    assert answer(report, "status") == outcome


def test_a_list_out_of_reach_is_not_an_empty_list():
    report = check(sign(), world(without=[LIST]))

    assert (report.verdict, report.check("status").outcome) == ("indeterminate", "unknown")
    assert check(sign(), world(profile(publicKey=KEY_ID))).verdict == "valid", "no list, nothing to look up"


# --- recipient and trust ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("recipient", "asked", "matches"),
    [
        ({"hashed": True, "salt": "sea", "identity": HASHED_ANA}, ("emailAddress", ANA), True),
        ({"hashed": True, "salt": "sea", "identity": HASHED_ANA}, ("email", "Ana@Campus.example"), True),
        (
            {"hashed": True, "salt": "sea", "identity": HASHED_ANA.upper().replace("SHA256", "sha256")},
            ("email", ANA),
            True,
        ),
        ({"hashed": True, "salt": "lake", "identity": HASHED_ANA}, ("email", ANA), False),
        ({"hashed": True, "identity": HASHED_ANA}, ("email", ANA), False),
        ({"hashed": True, "salt": "sea", "identity": HASHED_ANA}, ("email", "eve@evil.example"), False),
        ({"hashed": True, "salt": "sea", "identity": HASHED_ANA}, ("email", HASHED_ANA), False),
        ({"hashed": False, "identity": HASHED_ANA}, ("email", ANA), False),
        ({"hashed": False, "identity": ANA}, ("email", ANA), True),
        ({"hashed": False, "identity": ANA}, ("telephone", ANA), False),
        ({"hashed": False, "identity": ANA}, ("sisSourcedId", ANA), False),
        ({"type": "schema:email", "hashed": False, "identity": ANA}, ("email", ANA), True),
        ({"type": "url", "hashed": False, "identity": "https://ana.example"}, ("url", "https://ana.example"), True),
        ({"type": "id", "hashed": False, "identity": "did:key:z6Mk"}, ("id", "did:key:z6Mk"), True),
    ],
)
def test_the_recipient_is_compared_plain_and_hashed_with_the_salt_behind(recipient, asked, matches):
    award = assertion(recipient={"type": "email", **recipient})

    report = check(award, world(award), policy=Policy(recipient=Recipient(*asked)))

    assert report.check("recipient").code == ("recipient_matches" if matches else "recipient_mismatch")
    assert report.verdict == ("valid" if matches else "invalid")


def test_trust_and_holder_are_asked_of_badges_too():
    assert check(assertion(), policy=Policy(trusted_issuers=[COLLEGE])).verdict == "valid"
    assert check(assertion(), policy=Policy(trusted_issuers=[EVIL])).check("trust").code == "issuer_not_trusted"
    assert check(assertion(), policy=Policy(require_holder_binding=True)).check("holder").code == "holder_not_bound"


# --- endorsements -------------------------------------------------------------------------------------------------------

UNION = "https://union.example/profile"
PRAISE = "https://union.example/praise"


def endorsement(address=PRAISE, **members):
    return {
        "@context": CONTEXT,
        "type": "Endorsement",
        "id": address,
        "claim": {"id": AWARD, "endorsementComment": "Good knots"},
        "issuedOn": "2026-02-01T00:00:00Z",
        "issuer": UNION,
        "verification": {"type": "HostedBadge"},
    } | members


def endorsed(*documents, places=PRAISE, **changes):
    award = assertion(endorsement=places)
    return check(award, world(award, profile(UNION, url="https://union.example"), endorsement(), *documents, **changes))


@pytest.mark.parametrize("places", [PRAISE, [PRAISE], endorsement(), [endorsement()]])
def test_a_good_endorsement_has_a_report_of_its_own(places):
    report = endorsed(places=places)

    assert report.verdict == "valid", report.problems
    (inner,) = report.nested.values()
    assert (inner.credential.kind, inner.credential.issuer_id) == ("Endorsement", UNION)
    assert inner.credential.description == "Good knots"
    assert [(note.code, note.message) for note in report.check("nested").notes] == [
        ("endorsed", f"Noordzee College endorses {AWARD}")
    ]


def test_an_endorsement_of_something_else_is_noted():
    report = endorsed(endorsement(claim={"id": f"{EVIL}/1"}))

    assert [note.code for note in report.check("nested").notes] == ["endorsement_of_something_else"]


@pytest.mark.parametrize(
    ("forged", "code"),
    [
        (endorsement(f"{EVIL}/praise"), "nested_invalid"),
        (endorsement(claim=None), "nested_malformed"),
        (assertion(), "endorsement_kind_wrong"),
        (badge_class(), "endorsement_kind_wrong"),
        pytest.param(sign(), "endorsement_kind_wrong", id="a signed badge"),
    ],
)
def test_a_forged_endorsement_fails_the_badge(forged, code):
    hosted = [forged] if isinstance(forged, dict) and forged["type"] == "Endorsement" else []

    report = endorsed(*hosted, places=[forged])

    assert (report.verdict, report.check("nested").code) == ("invalid", code)


def test_a_copy_of_an_endorsement_that_was_changed_fails():
    praise = endorsement(claim={"id": AWARD, "endorsementComment": "The best knots in the world"})

    report = endorsed(places=[praise])

    assert report.nested["/endorsement/0"].credential.description == "Good knots", "what is hosted counts"
    assert [note.code for note in report.nested["/endorsement/0"].check("proof").notes] == ["hosted_copy_updated"]


@pytest.mark.parametrize(
    ("change", "verdict", "code"),
    [
        ({"without": [PRAISE]}, "indeterminate", "nested_undecided"),
        ({"without": [UNION]}, "indeterminate", "nested_undecided"),
        ({"extra": {PRAISE: Fetched(410)}}, "invalid", "badge_revoked"),
        (
            {"extra": {PRAISE: {"@context": CONTEXT, "type": "Endorsement", "id": PRAISE, "revoked": True}}},
            "invalid",
            "nested_invalid",
        ),
    ],
)
def test_an_endorsement_out_of_reach_or_withdrawn_shows(change, verdict, code):
    report = endorsed(**change)

    assert (report.verdict, report.check("nested").code) == (verdict, code)


def test_endorsements_are_signed_too():
    key = key_document(OTHER_KEY, f"{UNION}/key", UNION)
    claims = endorsement("urn:uuid:1", verification={"type": "SignedBadge"})
    union = profile(UNION, url="https://union.example", publicKey=key["id"])

    assert endorsed(union, key, places=sign(claims, OTHER_KEY)).verdict == "valid"
    assert endorsed(union, key, places=sign(claims, KEY)).check("nested").code == "nested_invalid"


def test_more_endorsements_than_are_looked_at_leave_the_badge_undecided():
    assert endorsed(places=[PRAISE] * 20).verdict == "valid"
    assert answer(endorsed(places=[PRAISE] * 21), "nested") == ("unknown", "too_many_endorsements")


def test_an_endorser_that_endorses_itself_is_not_followed():
    union = profile(UNION, url="https://union.example", endorsement=PRAISE)
    college = profile(endorsement=PRAISE)

    report = endorsed(union, college, endorsement(endorsement=PRAISE))

    assert report.verdict == "valid", report.problems
    assert [inner.nested for inner in report.nested.values()] == [{}, {}]


# --- baked --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [AWARD, json.dumps(assertion()), sign()], ids=["address", "json", "token"])
def test_a_baked_badge_is_an_address_json_or_a_token(text):
    report = check(png(itxt("openbadges", text)))

    assert report.verdict == "valid", report.problems
    assert report.require_verified().name == "Knots"


def test_a_baked_address_says_nothing_by_itself():
    picture = png(itxt("openbadges", AWARD))

    assert answer(verify(picture, at=AT), "structure") == ("unknown", "no_network")
    gone = check(picture, world(extra={AWARD: Fetched(410)}))
    assert (gone.verdict, gone.check("status").code) == ("invalid", "badge_revoked")
    assert check(picture, world(extra={AWARD: {"a": 1}})).verdict == "malformed"
    assert check(AWARD).check("structure").code == "input_not_recognised", "an address alone is no credential"


# --- whatever comes ------------------------------------------------------------------------------------------------------

PARTS = {"assertion": assertion(endorsement=PRAISE), "badge": badge_class(), "profile": profile(publicKey=KEY_ID)}
PARTS |= {"key": key_document(), "list": revocation_list("urn:uuid:1"), "endorsement": endorsement()}
ODD_VALUES = st.sampled_from(
    [None, True, 0, 1.5, "", "x", "urn:x", "https://[", [], [None], [[]], {}, {"id": None}, {"type": 5}, [{}, 5], EVIL]
)


@generated(
    part=st.sampled_from(sorted(PARTS)),
    member=st.sampled_from(sorted({name for document in PARTS.values() for name in document})),
    value=ODD_VALUES,
    is_signed=st.booleans(),
)
def test_no_document_of_a_badge_makes_verify_stumble(part, member, value, is_signed):
    changed = {**PARTS[part], member: value}
    served = {
        document["id"]: (changed if name == part else document)
        for name, document in (PARTS | {"union": profile(UNION)}).items()
    }
    given = changed if part == "assertion" else PARTS["assertion"]
    if is_signed:
        given = sign(
            {"verification": {"type": "SignedBadge"}, **{k: v for k, v in given.items() if k != "verification"}}
        )

    report = check(given, served)

    assert "internal_error" not in [problem.code for entry in report.checks for problem in entry.problems]
    report.to_json()
