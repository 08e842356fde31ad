"""What can be done about each field of a credential, and that it is true: what can be withheld can, and nothing else."""

import pytest

from tests.divisible_badges import COLLEGE, JSON_CONTEXT, full_badge
from tests.learner_records import CLR_CONTEXTS, record, signed_badge
from tests.vcwallet.operations.test_deriving import AT, ISSUED, SECURINGS, SIGNERS
from vcwallet import LocalSigner, derive, issue, records
from vcwallet.errors import Malformed, Refused, Undecided
from vcwallet.records.field_tree import MAX_FIELDS

ACHIEVEMENT = "/credentialSubject/achievement"
DESCRIPTION = f"{ACHIEVEMENT}/resultDescription"
TREES = {securing: records.fields(signed) for securing, signed in ISSUED.items()}


@pytest.mark.parametrize("securing", SECURINGS)
def test_every_value_of_the_credential_is_a_field(securing):
    tree = TREES[securing]

    document = full_badge(SIGNERS[securing].controller)
    assert {field.pointer for field in tree.children} == {f"/{name}" for name in document if name != "@context"}
    assert tree.at("/evidence/0/narrative").value == "Ana rows around the lighthouse."
    assert tree.at(f"{DESCRIPTION}/0/allowedValue/1").value == "B"
    assert tree.at("/type").value == ["VerifiableCredential", "OpenBadgeCredential"]


@pytest.mark.parametrize("securing", SECURINGS)
@pytest.mark.parametrize(
    ("pointer", "state", "reason"),
    [
        ("/name", "can be withheld", ""),
        ("/evidence", "can be withheld", ""),
        ("/evidence/0/name", "can be withheld", ""),
        ("/credentialSubject/result", "can be withheld", ""),
        ("/credentialSubject/result/0", "can be withheld", ""),
        ("/credentialSubject/result/0/value", "shown", "coupled"),
        (f"{DESCRIPTION}/0/allowedValue", "can be withheld", ""),
        (f"{DESCRIPTION}/0/allowedValue/0", "shown", "goes_with"),
        (DESCRIPTION, "can be withheld", "coupled"),
        (f"{ACHIEVEMENT}/alignment", "can be withheld", ""),
        (f"{ACHIEVEMENT}/alignment/0/targetUrl", "shown", "required"),
        (f"{ACHIEVEMENT}/alignment/0/type", "shown", "goes_with"),
        (f"{ACHIEVEMENT}/name", "cannot be hidden", "required"),
        (ACHIEVEMENT, "cannot be hidden", "required"),
        ("/issuer", "cannot be hidden", "mandatory"),
        ("/issuer/address/geo/latitude", "cannot be hidden", "mandatory"),
        ("/validUntil", "cannot be hidden", "mandatory"),
        ("/credentialSubject/id", "cannot be hidden", "mandatory"),
        ("/id", "cannot be hidden", "mandatory"),
    ],
)
def test_each_field_has_its_fate_and_the_reason(securing, pointer, state, reason):
    field = TREES[securing].at(pointer)

    assert (field.state, field.reason) == (state, reason), field
    assert field.because or not reason


@pytest.mark.parametrize("securing", SECURINGS)
def test_what_refers_to_a_field_is_named(securing):
    assert TREES[securing].at(DESCRIPTION).needed_by == (
        "/credentialSubject/result/0/resultDescription",
        "/credentialSubject/result/1/resultDescription",
    )


@pytest.mark.parametrize("securing", SECURINGS)
def test_each_fate_is_true(securing):
    """Withheld for real, one by one: derive() agrees with what the tree says."""
    for field in TREES[securing].walk():
        if not field.pointer or field.needed_by:
            continue
        if field.state == "can be withheld":
            derive(ISSUED[securing], withhold=[field.pointer])
        elif field.reason != "coupled":
            with pytest.raises(Refused):
                derive(ISSUED[securing], withhold=[field.pointer])
        if field.state == "shown":
            assert TREES[securing].at(field.with_pointer).state == "can be withheld"


@pytest.mark.parametrize("securing", ["eddsa-rdfc-2022", "vc-jwt", "eddsa-jcs-2022"])
def test_a_credential_in_one_piece_has_no_field_that_can_be_withheld(securing):
    key = LocalSigner.generate("Ed25519")

    tree = records.fields(issue(full_badge(key.controller), key, securing=securing, at=AT))

    assert {(field.state, field.reason) for field in tree.walk()} == {("cannot be hidden", "one_piece")}
    assert securing.lower() in tree.because.lower()


def test_a_derived_credential_is_in_one_piece():
    tree = records.fields(derive(ISSUED["ecdsa-sd-2023"], withhold=["/name"]))

    assert tree.reason == "one_piece"


def test_a_json_literal_is_one_field():
    document = full_badge(sourceData={"rows": [1, 2]})
    document["@context"] = [*document["@context"], JSON_CONTEXT]

    tree = records.fields(issue(document, COLLEGE, securing="ecdsa-sd-2023", at=AT))

    assert tree.at("/sourceData").state == "can be withheld"
    assert tree.at("/sourceData/rows").with_pointer == "/sourceData"


def test_a_credential_inside_is_one_field():
    issuer = LocalSigner.generate("P-256")
    document = record(signed_badge(1), signed_badge(2), issuer=issuer.controller)
    assert document["@context"] == CLR_CONTEXTS

    tree = records.fields(issue(document, issuer, securing="ecdsa-sd-2023", at=AT))

    member = tree.at("/credentialSubject/verifiableCredential/0")
    assert (member.state, member.children) == ("can be withheld", ())
    assert member.value["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert tree.at("/credentialSubject/verifiableCredential").reason == "required"


def test_there_is_an_end_to_the_fields():
    key = LocalSigner.generate("Ed25519")
    signed = issue(full_badge(key.controller), key, at=AT)
    tags = signed.document["credentialSubject"]["achievement"]
    tags["tag"] = ["x"] * MAX_FIELDS

    with pytest.raises(Undecided) as caught:
        records.fields(dict(signed.document))

    assert caught.value.code == "too_many_fields"


def test_what_is_no_credential_has_no_fields():
    with pytest.raises(Malformed):
        records.fields("no credential")
    with pytest.raises(Refused) as caught:
        TREES["bbs-2023"].at("/nothing")
    assert caught.value.code == "pointer_not_found"


@pytest.mark.parametrize("securing", SECURINGS)
def test_a_credential_is_divisible_until_nothing_is_left_that_may_be_withheld(securing):
    whole = ISSUED[securing]
    token, _, _ = whole.text.partition("~")
    shown = f"{token}~" if whole.is_token else derive(whole, withhold=["/evidence"])

    assert records.is_divisible(whole)
    assert not records.is_divisible(shown)


def test_what_was_signed_as_one_piece_is_not_divisible():
    signer = LocalSigner.generate()

    assert not records.is_divisible(issue(full_badge(signer.controller), signer, at=AT))


def test_what_is_no_credential_is_neither():
    with pytest.raises(Malformed):
        records.is_divisible(b"a badge, perhaps")
