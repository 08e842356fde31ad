"""Whatever a builder can make is issued, verified, baked, taken out again, presented and verified again."""

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import small_pictures
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
    bake,
    issue,
    present,
    standard_toolkit,
    unbake,
    verify,
)
from vcwallet.operations import key_lookup
from vcwallet.securing.cryptosuite import Transformer
from vcwallet.securing.data_integrity import ProofDemands, check_proofs, without_proof

AT = datetime(2026, 3, 1, tzinfo=UTC)
SIGNERS = [LocalSigner.generate(key_type) for key_type in ("Ed25519", "P-256", "P-384")]
HOLDER = LocalSigner.generate()
PICTURES = [small_pictures.png(), small_pictures.svg("<title>A badge</title>")]
SECURINGS = {
    "Ed25519": ["eddsa-rdfc-2022", "eddsa-jcs-2022", "vc-jwt"],
    "P-256": ["ecdsa-rdfc-2019", "ecdsa-jcs-2019", "vc-jwt"],
    "P-384": ["ecdsa-rdfc-2019", "ecdsa-jcs-2019", "vc-jwt"],
}

# Every character that UTF-8 has, and in identifiers those that an IRI may have.
texts = st.text(st.characters(codec="utf-8"), max_size=12)
words = texts.filter(str.strip)
urls = st.from_regex(r"https://[a-z]{1,8}\.example/[A-Za-z0-9._~-]{0,8}", fullmatch=True)
ids = st.one_of(urls, st.uuids().map(lambda value: value.urn))
moments = st.datetimes(datetime(1990, 1, 1), AT.replace(tzinfo=None), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants it


def maybe(strategy):
    return st.none() | strategy


def several(strategy):
    return st.lists(strategy, max_size=2)


images = st.builds(Image, urls, maybe(words))
levels = st.lists(
    st.builds(RubricLevel, ids, words, description=maybe(texts), level=maybe(texts), points=maybe(texts)),
    max_size=2,
    unique_by=lambda level: level.id,
)


@st.composite
def achievements(draw):
    descriptions = draw(
        st.lists(
            st.builds(
                ResultDescription,
                ids,
                words,
                st.sampled_from(["LetterGrade", "Percent", "Result", "ext:mood"]),
                allowed_values=several(texts),
                value_min=maybe(texts),
                levels=levels,
            ),
            max_size=2,
            unique_by=lambda description: description.id,
        )
    )
    return Achievement(
        draw(ids),
        draw(words),
        description=draw(words),
        criteria=draw(words),
        criteria_url=draw(maybe(urls)),
        achievement_type=draw(maybe(st.sampled_from(["Badge", "Course", "ext:Voyage"]))),
        image=draw(maybe(images)),
        tags=draw(several(texts)),
        alignments=draw(several(st.builds(Alignment, words, urls, target_code=maybe(texts)))),
        result_descriptions=descriptions,
        creator=draw(maybe(st.builds(Profile, ids, words, url=maybe(urls)))),
        in_language=draw(maybe(st.sampled_from(["en", "nl-BE"]))),
        version=draw(maybe(texts)),
    )


identities = st.one_of(
    st.builds(Identity.of, st.sampled_from(["userName", "sisSourcedId", "ext:nickname"]), words, salt=maybe(texts)),
    st.builds(Identity.of, st.just("name"), words, hashed=st.sampled_from([False])),
)
recipients = st.one_of(st.just(HOLDER.controller), identities, st.lists(identities, min_size=1, max_size=2))


@st.composite
def envelopes(draw, signer):
    begin = draw(moments)
    return {
        "issuer": Profile(
            signer.controller,
            draw(words),
            url=draw(maybe(urls)),
            description=draw(maybe(texts)),
            image=draw(maybe(images)),
        ),
        "id": draw(ids),
        "valid_from": begin,
        "valid_until": draw(maybe(st.just(AT + timedelta(days=1)))),
        "description": draw(maybe(words)),
    }


@st.composite
def badges(draw, signer):
    achievement = draw(achievements())
    described = achievement.result_descriptions
    results = draw(
        several(st.builds(Result, description=st.sampled_from(described), value=maybe(texts)))
        if described
        else st.just([])
    )
    return OpenBadge(
        **draw(envelopes(signer)),
        recipient=draw(recipients),
        achievement=achievement,
        awarded_date=draw(maybe(moments)),
        name=draw(maybe(words)),
        image=draw(maybe(images)),
        narrative=draw(maybe(texts)),
        results=results,
        evidence=draw(several(st.builds(BadgeEvidence, id=maybe(urls), narrative=maybe(texts), name=maybe(texts)))),
    )


@st.composite
def records(draw, signer):
    badge = draw(badges(signer))
    signed = issue(
        badge.to_document(), signer, securing=SECURINGS[signer.public_key.key_type][draw(st.integers(0, 1))], at=AT
    )
    other = draw(achievements())
    envelope = draw(envelopes(signer))
    if envelope["id"] == badge.id:
        envelope["id"] = "urn:uuid:00000000-0000-4000-8000-000000000001"
    return LearnerRecord(
        **envelope,
        recipient=draw(recipients),
        name=draw(words),
        badges=[signed],
        achievements=[other],
        associations=[Association(badge.achievement, draw(st.sampled_from(["precedes", "isPartOf"])), other)],
        partial=draw(maybe(st.booleans())),
    )


@st.composite
def endorsements(draw, signer):
    return Endorsement(**draw(envelopes(signer)), about=draw(ids), name=draw(words), comment=draw(maybe(texts)))


@st.composite
def cases(draw, kind):
    signer = draw(st.sampled_from(SIGNERS))
    return draw(kind(signer)), signer, draw(st.sampled_from(SECURINGS[signer.public_key.key_type]))


def _is_good(presentation):
    toolkit = standard_toolkit()
    (finding,) = check_proofs(
        presentation.document,
        without_proof(presentation.document),
        suites=toolkit.cryptosuites,
        find_key=lambda url: key_lookup.find_key(url, purpose="authentication", toolkit=toolkit),
        demands=ProofDemands("authentication", AT, timedelta(0), "abc", "https://work.example"),
        transformer=Transformer(toolkit.contexts),
    )
    return finding.error is None


def _round_trip(builder, signer, securing, *, baked=True):
    signed = issue(builder.to_document(), signer, securing=securing, at=AT)
    report = verify(signed.data, at=AT)
    assert report.verdict == "valid", report.problems
    assert without_proof(signed.document) == builder.to_document()
    for picture in PICTURES if baked else ():
        taken_out = unbake(bake(picture, signed))
        assert taken_out.encode() == signed.data
        assert verify(bake(picture, signed), at=AT).verdict == "valid"
    presentation = present([signed], HOLDER, challenge="abc", domain="https://work.example", at=AT)
    assert _is_good(presentation)
    (inside,) = presentation.document["verifiableCredential"]
    shown = inside["id"].partition(",")[2] if signed.is_token else inside
    assert verify(shown, at=AT).verdict == "valid"


few = settings(max_examples=settings().max_examples // 2, suppress_health_check=[HealthCheck.too_slow])


@few
@given(cases(badges))
def test_every_badge_goes_all_the_way(case):
    _round_trip(*case)


@few
@given(cases(records))
def test_every_record_goes_all_the_way(case):
    _round_trip(*case)


@few
@given(cases(endorsements))
def test_every_endorsement_goes_all_the_way(case):
    _round_trip(*case, baked=False)
