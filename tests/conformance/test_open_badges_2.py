"""Open Badges 2.0: the validator's corpus, the specification's examples, and the fixtures of the older validator.

The validator's VALID and WARNING are our valid, its INVALID any verdict but valid and indeterminate; where we answer
otherwise stands in `DIFFERENT`, with the reason. Documents that award nothing are judged by the rules of their class.
"""

import json
from datetime import UTC, datetime

import pytest

from tests.shared_data import cases
from vcwallet import Fetched, StaticFetcher, standard_toolkit, unbake, verify
from vcwallet.credentials import badge_v2_rules
from vcwallet.credentials.badge_v2_upgrade import upgrade
from vcwallet.operations.baking import is_image

AT = datetime(2024, 6, 1, tzinfo=UTC)
ORIGINS = ("https://example.org/", "http://example.org/", "https://www.example.org/")
ROLES = {"Assertion": "assertion", "BadgeClass": "badge class", "Issuer": "profile", "Profile": "profile"}

# Where we answer otherwise: file → our verdict, the code that says why, and the argument.
DIFFERENT = {
    "warning-issuer-non-http.json": (
        "indeterminate",
        "issuer_not_hosted",
        "the issuer is a urn:uuid: whoever uses it, nobody can be asked whether the badge is theirs",
    ),
    "assertion-with-extension-node-invalid.json": (
        "valid",
        "extension_not_checked",
        "rules of extensions are at addresses of their own and are not applied; that they were not is noted",
    ),
}

# The classes by themselves: no assertion, so verify() says that they award nothing. The rules of their class still answer
# as the validator does, but for these, whose fault or merit lies elsewhere.
CLASS_DIFFERENT = {
    "rdf-validation/badge-class-invalid-issuer-type.json": (
        [],
        "the fault is in the issuer that it refers to, and what is referred to is judged when a badge needs it",
    ),
    "rdf-validation/valid-alignment-object.json": (["badge_not_a_class"], "an alignment alone is nothing to verify"),
    "rdf-validation/valid-cool-class.json": (["badge_not_a_class"], "a class of somebody's own is nothing to verify"),
}


def _load(path):
    return json.loads(path.read_text())


def _world(root, data):
    """What the validator's tests serve, each document also at the id that it states, as its issuer would."""
    folder = root / "ob20" / "assets"
    documents = {}
    for path in folder.iterdir():
        if path.name != "openbadges_context.json":
            content = _load(path) if path.suffix == ".json" else path.read_bytes()
            documents |= {f"{origin}{path.name}": content for origin in ORIGINS}
    assertion = _document(data)
    badge = assertion.get("badge")
    badge = badge if isinstance(badge, dict) else documents.get(badge, {})
    issuer = documents.get(badge.get("issuer"), {})
    for document in (assertion, badge, issuer):
        if document.get("id", "").startswith("http"):
            documents.setdefault(document["id"], document)
    return documents


def _document(data):
    from vcwallet.wire.base_encodings import base64url_decode

    text = unbake(data) if is_image(data) else data.decode().strip()
    return json.loads(text if text.startswith("{") else base64url_decode(text.split(".")[1]))


def _is_awarded(path):
    return path.suffix != ".json" or _load(path).get("recipient") is not None


def _corpus(*, awarded):
    def read(root):
        index = _load(root / "INDEX.json")["files"]
        for name, entry in sorted(index.items()):
            if name.startswith("ob20/") and entry.get("expectations"):
                path = root / name
                if _is_awarded(path) is awarded:
                    case = (root, path, name.removeprefix("ob20/"), entry["expectations"][0]["verdict"])
                    yield pytest.param(case, id=name)

    return read


@pytest.mark.parametrize("case", cases("validator-corpus", 24, _corpus(awarded=True)))
def test_the_verdict_is_the_validators_or_argued(case):
    root, path, name, expected = case
    data = path.read_bytes()

    report = verify(data, toolkit=standard_toolkit(StaticFetcher(_world(root, data))), at=AT)

    found = [(check.name, check.code, check.message) for check in report.checks if check.outcome != "passed"]
    if name in DIFFERENT:
        verdict, code, _ = DIFFERENT[name]
        codes = [code for _, code, _ in found] + [note.code for note in report.notes]
        assert (report.verdict, code in codes) == (verdict, True), found
    elif expected in ("VALID", "WARNING"):
        assert report.verdict == "valid", found
        assert expected == "VALID" or report.notes, "what the validator warns of, we note"
    else:
        assert report.verdict in ("invalid", "malformed"), found


@pytest.mark.parametrize("case", cases("validator-corpus", 13, _corpus(awarded=False)))
def test_a_class_by_itself_awards_nothing_and_is_judged_by_its_rules(case):
    _, path, name, expected = case
    document = _load(path)
    types = document["type"] if isinstance(document["type"], list) else [document["type"]]
    role = next((ROLES[kind] for kind in types if kind in ROLES), None)

    found = (
        ["badge_not_a_class"] if role is None else [problem.code for problem in badge_v2_rules.problems(document, role)]
    )

    assert verify(path.read_bytes(), at=AT).verdict == "malformed"
    if name in CLASS_DIFFERENT:
        assert found == CLASS_DIFFERENT[name][0]
    else:
        assert (found == []) is (expected == "VALID"), found


def test_every_argued_difference_is_of_a_file_that_is_there():
    names = {param.id.removeprefix("ob20/") for param in cases("validator-corpus", 24, _corpus(awarded=True))}

    assert not names or set(DIFFERENT) <= names


# --- the specification's examples, and the fixtures of the older validator --------------------------------------------

BADGE_ID = "https://example.org/beths-robotics-badge.json"
ROBOT_BADGE = {
    "@context": "https://w3id.org/openbadges/v2",
    "type": "BadgeClass",
    "id": "https://example.org/robotics-badge.json",
    "name": "Robotics",
    "description": "For robots",
    "criteria": "https://example.org/robotics-badge.html",
    "issuer": "https://example.org/organization.json",
}
ENDORSER = {
    "@context": "https://w3id.org/openbadges/v2",
    "type": "Profile",
    "id": "https://example.org/issuer-5.json",
    "name": "Robotics Society",
    "url": "https://example.org",
    "email": "society@example.org",
}


def _examples(*names):
    def read(root):
        for name in names:
            yield pytest.param(root / name, id=name)

    return read


def _verify(document, served, at):
    return verify(document, toolkit=standard_toolkit(StaticFetcher(served)), at=at)


@pytest.mark.parametrize("path", cases("examples", 1, _examples("ob2-spec/01-Assertion.json")))
def test_the_specifications_hosted_assertion_is_valid_until_it_expires(path):
    assertion, issuer = _load(path), _load(path.parent / "02-Issuer.json")
    served = {BADGE_ID: assertion, ROBOT_BADGE["id"]: ROBOT_BADGE, issuer["id"]: issuer}

    assert _verify(path.read_bytes(), served, datetime(2017, 3, 1, tzinfo=UTC)).verdict == "valid"
    assert _verify(path.read_bytes(), served, AT).check("period").code == "expired"
    assert verify(path.read_bytes(), at=AT).check("proof").code == "no_network"


@pytest.mark.parametrize("path", cases("examples", 1, _examples("ob2-spec/07-None.json")))
def test_the_specifications_revoked_assertion_is_revoked_wherever_it_is_met(path):
    revoked = _load(path)
    hosted = _load(path.parent / "01-Assertion.json")

    for given in (revoked, hosted):
        report = _verify(given, {BADGE_ID: revoked}, AT)
        assert (report.verdict, report.check("status").code) == ("invalid", "badge_revoked")
        assert "trenchcoat" in report.check("status").message


@pytest.mark.parametrize("path", cases("examples", 1, _examples("ob2-spec/04-Assertion.json")))
def test_the_specifications_signed_assertion_says_nothing_without_its_signature(path):
    assert _verify(path.read_bytes(), {}, AT).check("proof").code == "proof_missing"


@pytest.mark.parametrize(
    "path", cases("examples", 2, _examples("ob2-spec/16-Endorsement.json", "ob2-spec/17-Endorsement.json"))
)
def test_the_specifications_endorsements_are_verified_like_assertions(path):
    endorsement = _load(path)
    served = {endorsement["id"]: endorsement, ENDORSER["id"]: ENDORSER}

    report = _verify(endorsement, served, AT)

    assert report.verdict == "valid", report.problems
    assert report.credential.kind == "Endorsement"
    assert report.credential.issuer_name == "Robotics Society"


@pytest.mark.parametrize("path", cases("examples", 1, _examples("ob2-spec/18-Endorsement.json")))
def test_the_specifications_revoked_endorsement_is_revoked(path):
    endorsement = _load(path)

    assert _verify(endorsement, {endorsement["id"]: endorsement}, AT).check("status").code == "badge_revoked"


@pytest.mark.parametrize("path", cases("examples", 1, _examples("ob2-spec/06-RevocationList.json")))
def test_every_form_of_entry_in_the_specifications_list_revokes(path):
    from vcwallet.credentials.badge_v2 import Assertion
    from vcwallet.operations.badge_v2.documents import Documents
    from vcwallet.operations.badge_v2.status_checks import _entry_for

    address = "https://example.org/revocationList.json"
    documents = Documents(StaticFetcher({address: _load(path)}))

    def listed(**members):
        return _entry_for(Assertion(members), documents, address)

    assert listed(id="urn:uuid:3c574c87-b96f-4f06-8eb5-68a29335b60e")
    assert listed(id="urn:uuid:e79a6c18-787e-4868-8e65-e6a4530fb418")["revocationReason"] == "Honor code violation"
    assert listed(id="https://example.org/a", uid="abc123")["revocationReason"] == "Issued in error."
    assert listed(id="urn:uuid:3c574c87-b96f-4f06-8eb5-68a29335b60f", uid="abc124") is None


@pytest.mark.parametrize(
    "path", cases("examples", 2, _examples(*(f"ob2-validator-core/{v}_basic_assertion.json" for v in ("1_1", "2_0"))))
)
def test_the_fixtures_of_2_0_and_1_1_are_valid_in_their_world(path):
    version = path.name[:3]
    served = {
        document["id"]: document
        for part in ("assertion", "badgeclass", "issuer")
        for document in [_load(path.parent / f"{version}_basic_{part}.json")]
    }

    report = _verify(path.read_bytes(), served, AT)

    assert report.verdict == "valid", report.problems
    assert report.securing == f"Open Badges {version.replace('_', '.')} hosted"


@pytest.mark.parametrize(
    "path",
    cases(
        "examples",
        2,
        _examples(
            "ob2-validator-core/1_0_basic_assertion.json",
            "ob2-validator-core/1_0_basic_assertion_with_extra_properties.json",
        ),
    ),
)
def test_the_fixtures_of_1_0_are_valid_in_their_world(path):
    assertion = _load(path)
    served = {
        assertion["verify"]["url"]: assertion,
        "http://a.com/badgeclass": _load(path.parent / "1_0_basic_badgeclass.json"),
        "http://a.com/issuer": _load(path.parent / "1_0_basic_issuer.json"),
    }

    report = _verify(path.read_bytes(), served, AT)

    assert report.verdict == "valid", report.problems
    assert report.credential.id == assertion["verify"]["url"]
    assert report.credential.issued_on == datetime(2015, 4, 30, tzinfo=UTC)
    assert {"badge_version_older", "fetched_without_tls"} <= {note.code for note in report.notes}


@pytest.mark.parametrize("path", cases("examples", 1, _examples("ob2-validator-core/1_0_assertion_with_errors.json")))
def test_the_faulty_fixture_of_1_0_is_malformed(path):
    assert _verify(path.read_bytes(), {}, AT).verdict == "malformed"


@pytest.mark.parametrize(
    "path", cases("examples", 2, _examples(*(f"ob2-validator-core/{v}_assertion.json" for v in ("0_5", "0_5_1"))))
)
def test_the_fixtures_of_0_5_need_their_address_and_an_issuer_at_the_same_site(path):
    from vcwallet.operations.document_kind import is_badge_v2
    from vcwallet.securing.envelope import HostedAddress

    upgraded, version = upgrade(_load(path), "assertion", address="http://oldstyle.com/assertions/1")

    assert version == "0.5"
    assert badge_v2_rules.problems(upgraded, "assertion", version) == []
    assert is_badge_v2(HostedAddress("http://oldstyle.com/assertions/1", b""))
    assert _verify(path.read_bytes(), {}, AT).check("proof").code == "hosted_address_missing"
    for host, verdict in (("oldstyle.com", "valid"), ("evil.example", "invalid")):
        address = f"http://{host}/assertions/1"
        picture = _picture(address)
        report = _verify(picture, {address: Fetched(200, {}, path.read_bytes())}, AT)
        assert report.verdict == verdict, (report.problems, report.checks)


def _picture(text):
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="http://openbadges.org">'
        f'<openbadges:assertion verify="{text}"/></svg>'
    ).encode()
