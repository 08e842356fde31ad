"""Builders: what they write is what Open Badges and CLR want, and what is certainly wrong cannot be written."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vcwallet import (
    Achievement,
    Alignment,
    Association,
    BadgeEvidence,
    Endorsement,
    Identity,
    Image,
    LearnerRecord,
    LocalSigner,
    OpenBadge,
    Profile,
    Result,
    ResultDescription,
    RubricLevel,
    issue,
    verify,
)
from vcwallet.credentials import identity, schema_rules, structure_rules

AT = datetime(2026, 3, 1, tzinfo=UTC)
SIGNER = LocalSigner.generate()
COLLEGE = Profile(SIGNER.controller, "Noordzee College")
ROWING = Achievement("urn:uuid:00000000-0000-4000-8000-000000000001", "Rowing", description="Rows.", criteria="Row.")
ANA = Identity.email("ana@campus.example", salt="zout")


def _badge(**members):
    return OpenBadge(**({"issuer": COLLEGE, "recipient": ANA, "achievement": ROWING, "valid_from": AT} | members))


def _record(**members):
    badge = issue(_badge().to_document(), SIGNER, at=AT)
    return LearnerRecord(
        **(
            {"issuer": COLLEGE, "recipient": ANA, "name": "Everything so far", "badges": [badge], "valid_from": AT}
            | members
        )
    )


def _full_badge():
    levels = [RubricLevel("urn:x:1", "Pass", points="1"), RubricLevel("urn:x:2", "Good", level="2", description="Well")]
    grade = ResultDescription(
        "urn:x:grade",
        "Grade",
        "RubricCriterionLevel",
        levels=levels,
        required_level=levels[0],
    )
    percent = ResultDescription(
        "urn:x:percent", "Percent", "Percent", value_min="0", value_max="100", required_value="50"
    )
    letter = ResultDescription("urn:x:letter", "Letter", "LetterGrade", allowed_values=["C", "B", "A"])
    achievement = Achievement(
        "https://college.example/achievements/rowing",
        "Rowing",
        description="Rows a skiff.",
        criteria="Three *rounds*.",
        criteria_url="https://college.example/achievements/rowing/criteria",
        achievement_type="Certificate",
        image=Image("https://college.example/rowing.png", "A skiff"),
        tags=["water", "sport"],
        alignments=[
            Alignment(
                "Rowing",
                "https://skills.example/rowing",
                target_code="R1",
                target_description="Rows",
                target_framework="Skills",
                target_type="ceasn:Competency",
            )
        ],
        result_descriptions=[grade, percent, letter],
        creator=Profile("https://sport.example/", "Sport", url="https://sport.example/", email="a@sport.example"),
        in_language="en",
        version="2",
        more={"humanCode": "ROW-1"},
    )
    return _badge(
        issuer=Profile(
            SIGNER.controller,
            "Noordzee College",
            description="By the sea.",
            image=Image("https://college.example/logo.png"),
            more={"phone": "+31 10 000000"},
        ),
        recipient=["did:example:ana", ANA, Identity.of("sisSourcedId", "4711", hashed=False)],
        achievement=achievement,
        valid_until=AT + timedelta(days=365),
        awarded_date=AT,
        name="Rowing",
        description="Ana rows.",
        image=Image("https://college.example/ana.png"),
        narrative="She *rowed*.",
        results=[
            Result(description=grade, level=levels[1]),
            Result(description=percent, value="88"),
            Result(description=letter, value="B", status="Completed"),
        ],
        evidence=[BadgeEvidence(id="https://college.example/video", name="Video", genre="film", audience="all"), BadgeEvidence(narrative="It rained.")],
        more={"termsOfUse": [{"type": "https://college.example/terms"}]},
    )  # fmt: skip


@pytest.mark.parametrize(
    "builder",
    [_badge(), _full_badge(), _record(), Endorsement(issuer=COLLEGE, about=ROWING, name="Good", valid_from=AT)],
    ids=lambda builder: type(builder).__name__,
)
def test_what_is_built_is_issued_and_verifies(builder):
    document = builder.to_document()

    assert structure_rules.structure_problems(document) == []
    assert schema_rules.schema_problems(document, schema_rules.structure_schema_for(document)) == []
    report = verify(issue(document, SIGNER, at=AT).data, at=AT)
    assert report.check("proof").outcome == "passed", report.problems
    assert {check.name for check in report.checks if check.outcome in ("failed", "unknown")} <= {"nested"}


def test_a_badge_says_what_it_was_told_and_no_more():
    assert _badge(id="urn:uuid:00000000-0000-4000-8000-000000000002").to_document() == {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        ],
        "id": "urn:uuid:00000000-0000-4000-8000-000000000002",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": SIGNER.controller, "type": ["Profile"], "name": "Noordzee College"},
        "validFrom": "2026-03-01T00:00:00Z",
        "credentialSubject": {
            "identifier": [ANA.to_document()],
            "type": ["AchievementSubject"],
            "achievement": {
                "id": "urn:uuid:00000000-0000-4000-8000-000000000001",
                "type": ["Achievement"],
                "name": "Rowing",
                "description": "Rows.",
                "criteria": {"narrative": "Row."},
            },
        },
    }


def test_an_id_is_drawn_once_and_for_each_badge_anew():
    badge = _badge()

    assert badge.to_document()["id"] == badge.to_document()["id"] == badge.id
    assert badge.id.startswith("urn:uuid:")
    assert badge.id != _badge().id


def test_times_keep_their_moment_in_utc():
    local = datetime(2026, 3, 1, 2, 30, tzinfo=timezone(timedelta(hours=2, minutes=30)))

    assert _badge(valid_from=local).to_document()["validFrom"] == "2026-03-01T00:00:00Z"


@pytest.mark.parametrize(
    "status",
    [
        {"id": "https://college.example/revoked", "type": "1EdTechRevocationList"},
        {
            "id": "https://college.example/status#1",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": "1",
            "statusListCredential": "https://college.example/status",
        },
    ],
)
def test_a_status_comes_with_the_context_that_it_needs(status):
    document = _badge(status=status).to_document()

    assert ("https://purl.imsglobal.org/spec/ob/v3p0/extensions.json" in document["@context"]) == (
        status["type"] == "1EdTechRevocationList"
    )
    assert issue(document, SIGNER, at=AT)


def test_a_schema_of_1edtech_comes_with_the_context_that_it_needs():
    schema = {"id": "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"}
    document = _badge(more={"credentialSchema": [{**schema, "type": "1EdTechJsonSchemaValidator2019"}]}).to_document()

    assert verify(issue(document, SIGNER, at=AT).data, at=AT).check("schema").outcome == "passed"


# --- identities --------------------------------------------------------------------------------------------------------


@given(st.text(min_size=1), st.one_of(st.none(), st.text()))
def test_a_hashed_identity_is_found_by_who_knows_it(value, salt):
    hashed = Identity.of("sisSourcedId", value, salt=salt)

    assert identity.matches(hashed.to_document(), identity_type="sisSourcedId", value=value)
    assert not identity.matches(hashed.to_document(), identity_type="sisSourcedId", value=value + "x")
    assert not identity.matches(hashed.to_document(), identity_type="userName", value=value)


def test_a_salt_is_random_unless_it_is_given():
    one, other = (Identity.email("ana@campus.example") for _ in range(2))

    assert one.salt != other.salt
    assert len(one.salt) >= 16
    assert "ana@" not in repr(one)
    assert Identity.email("ana@campus.example", salt="zout") == ANA
    assert ANA.identity_hash == identity_of("ana@campus.example", "zout")


def identity_of(value, salt):
    import hashlib

    return "sha256$" + hashlib.sha256((value + salt).encode()).hexdigest()


def test_a_plain_identity_is_plain_on_request_only():
    plain = Identity.email("ana@campus.example", hashed=False)

    assert plain.to_document() == {
        "type": "IdentityObject",
        "identityType": "emailAddress",
        "hashed": False,
        "identityHash": "ana@campus.example",
    }
    with pytest.raises(ValueError, match="salt"):
        Identity.email("ana@campus.example", hashed=False, salt="x")


@pytest.mark.parametrize(
    "address", ["", "ana", "@campus.example", "ana@", " ana@campus.example", "ana@campus.example\n"]
)
def test_what_is_no_address_is_no_identity(address):
    with pytest.raises(ValueError, match="address"):
        Identity.email(address)
    with pytest.raises(ValueError, match="empty"):
        Identity.of("userName", "")


# --- what cannot be written --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"recipient": "ana@campus.example"}, "Identity.email"),
        ({"recipient": []}, "recipient"),
        ({"recipient": ["did:example:a", "did:example:b"]}, "at most one"),
        ({"valid_from": AT.replace(tzinfo=None)}, "time zone"),
        ({"valid_until": AT.replace(tzinfo=None)}, "time zone"),
        ({"valid_until": AT - timedelta(days=1)}, "before"),
        ({"id": "4711"}, "absolute"),
        ({"results": [Result(description=ResultDescription("urn:x:1", "Grade", "LetterGrade"), value="A")]}, "urn:x:1"),
    ],
)
def test_what_no_badge_can_say_is_not_written(members, reason):
    with pytest.raises(ValueError, match=reason):
        _badge(**members)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"id": "rowing"}, "absolute"),
        ({"name": " "}, "name"),
        ({"description": ""}, "description"),
        ({"criteria": ""}, "criteria"),
        ({"criteria": None}, "criteria"),
    ],
)
def test_an_achievement_says_what_it_is(arguments, reason):
    told = {"id": "urn:x:1", "name": "Rowing", "description": "Rows.", "criteria": "Row."} | arguments
    with pytest.raises(ValueError, match=reason):
        Achievement(told.pop("id"), told.pop("name"), **told)
    with pytest.raises(ValueError, match="id of a profile"):
        Profile("Noordzee", "Noordzee College")


def test_more_does_not_overwrite():
    with pytest.raises(ValueError, match="validFrom"):
        _badge(more={"validFrom": "2020-01-01T00:00:00Z"}).to_document()


def test_an_endorsement_has_a_name_and_something_to_endorse():
    badge = _badge()
    for about in (badge, ROWING, COLLEGE, "https://college.example/x"):
        built = Endorsement(issuer=COLLEGE, about=about, name="Good", valid_from=AT, comment="Indeed.")
        assert built.to_document()["credentialSubject"]["id"] == (about if isinstance(about, str) else about.id)
    with pytest.raises(ValueError, match="name"):
        Endorsement(issuer=COLLEGE, about=badge, name="", valid_from=AT)
    with pytest.raises(ValueError, match="endorsed"):
        Endorsement(issuer=COLLEGE, about="that badge", name="Good", valid_from=AT)


def test_an_endorsed_badge_carries_the_endorsement_as_it_was_signed():
    badge = _badge()
    endorsement = issue(
        Endorsement(issuer=COLLEGE, about=badge, name="Good", valid_from=AT).to_document(), SIGNER, at=AT
    )
    endorsed = _badge(id=badge.id, endorsements=[endorsement]).to_document()

    assert endorsed["endorsement"] == [endorsement.document]
    assert issue(endorsed, SIGNER, at=AT)
    with pytest.raises(ValueError, match="signed"):
        _badge(endorsements=[{"type": ["VerifiableCredential"]}]).to_document()


# --- records -----------------------------------------------------------------------------------------------------------


def test_a_record_carries_its_badges_as_they_were_signed_and_relates_them():
    sailing = Achievement("urn:x:sailing", "Sailing", description="Sails.", criteria="Sail.")
    record = _record(
        associations=[Association(ROWING, "precedes", "urn:x:sailing")], achievements=[sailing], partial=False
    )
    document = record.to_document()

    subject = document["credentialSubject"]
    assert subject["verifiableCredential"] == [json.loads(record.badges[0].data)]
    assert subject["association"] == [
        {"type": "Association", "associationType": "precedes", "sourceId": ROWING.id, "targetId": "urn:x:sailing"}
    ]
    assert document["partial"] is False
    assert "partial" not in _record().to_document()
    assert issue(document, SIGNER, at=AT)


def test_a_record_of_parsed_documents_is_the_same_record():
    record = _record()

    again = _record(id=record.id, badges=[record.badges[0].document])
    assert again.to_document() == record.to_document()


def test_what_no_record_can_say_is_not_written():
    token = issue(_badge().to_document(), SIGNER, securing="vc-jwt", at=AT)
    for members, reason in (
        ({"badges": []}, "at least one"),
        ({"badges": [token]}, "token"),
        ({"badges": [_badge().to_document()]}, "signed"),
        ({"name": ""}, "name"),
        ({"associations": [Association(ROWING, "precedes", "urn:x:unknown")]}, "urn:x:unknown"),
    ):
        with pytest.raises(ValueError, match=reason):
            _record(**members)
