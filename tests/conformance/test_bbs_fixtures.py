"""The IRTF's fixtures of BBS signatures, ciphersuite BLS12381-SHA-256, and what the W3C vectors of bbs-2023 say of BBS."""

import json

import pytest

from tests.shared_data import SHARED_DATA, cases, needs
from vcwallet.errors import Malformed, Refused
from vcwallet.keys import bbs
from vcwallet.keys.bbs import BbsSecretKey
from vcwallet.keys.public_key import PublicKey

pytest.importorskip("py_arkworks_bls12381")

FIXTURES = "vectors/bbs-signature/tooling/fixtures/fixture_data/bls12-381-sha-256"
W3C = "vectors/vc-di-bbs/TestVectors"
API_ID = b"BBS_BLS12381G1_XMD:SHA-256_SSWU_RO_H2G_HM2S_"


def _load(folder):
    for path in sorted(folder.glob("*.json")):
        yield pytest.param(json.loads(path.read_text()), id=path.stem)


def _read(name):
    return json.loads((SHARED_DATA / FIXTURES / f"{name}.json").read_text())


def seeded(seed, count, tag=API_ID + b"MOCK_RANDOM_SCALARS_DST_"):
    """The draft's random numbers for tests: pieces of one expanded seed (draft, section 8.1)."""
    stream = bbs._expand_message(seed, tag, 48 * count)
    pieces = iter([stream[place : place + 48] for place in range(0, len(stream), 48)])
    return lambda size: next(pieces)[:size]


def outcome(function, *arguments, **named):
    try:
        function(*arguments, **named)
    except (Refused, Malformed) as no:
        return no.code
    return "good"


def octets(value):
    return bytes.fromhex(value)


@needs(FIXTURES)
def test_key_generation():
    fixture = _read("keypair")
    key = BbsSecretKey.from_key_material(octets(fixture["keyMaterial"]), octets(fixture["keyInfo"]))

    assert key.private_bytes().hex() == fixture["keyPair"]["secretKey"]
    assert key.public_key == PublicKey.checked("BLS12-381-G2", octets(fixture["keyPair"]["publicKey"]))


@needs(FIXTURES)
def test_hash_to_scalar():
    fixture = _read("h2s")

    assert (
        bbs._octets(bbs._hash_to_scalar(octets(fixture["message"]), octets(fixture["dst"]))).hex() == fixture["scalar"]
    )


@needs(FIXTURES)
def test_messages_become_scalars():
    fixture = _read("MapMessageToScalarAsHash")

    assert len(fixture["cases"]) == 10
    for case in fixture["cases"]:
        assert bbs._octets(bbs._message_scalar(octets(case["message"]))).hex() == case["scalar"]


@needs(FIXTURES)
def test_generators():
    fixture = _read("generators")
    encoded = bbs._generators(0).encoded
    found = [encoded[place : place + 48].hex() for place in range(0, 48 * 11, 48)]

    assert bbs._P1.hex() == fixture["P1"]
    assert found == [fixture["Q1"], *fixture["MsgGenerators"]]


@needs(FIXTURES)
def test_random_scalars_of_tests():
    fixture = _read("mockedRng")
    random_bytes = seeded(octets(fixture["seed"]), fixture["count"], octets(fixture["dst"]))

    found = bbs._random_scalars(fixture["count"], random_bytes)

    assert [bbs._octets(number).hex() for number in found] == fixture["mockedScalars"]


@pytest.mark.parametrize("fixture", cases(f"{FIXTURES}/signature", 10, _load))
def test_signatures(fixture):
    public_key = PublicKey.checked("BLS12-381-G2", octets(fixture["signerKeyPair"]["publicKey"]))
    messages = [octets(message) for message in fixture["messages"]]
    signature, header = octets(fixture["signature"]), octets(fixture["header"])

    if fixture["result"]["valid"]:
        key = BbsSecretKey.from_private_bytes(octets(fixture["signerKeyPair"]["secretKey"]))
        assert key.sign(messages, header=header) == signature
    expected = "good" if fixture["result"]["valid"] else "signature_invalid"
    assert outcome(bbs.verify, public_key, signature, messages, header=header) == expected


@pytest.mark.parametrize("fixture", cases(f"{FIXTURES}/proof", 15, _load))
def test_proofs(fixture):
    public_key = PublicKey.checked("BLS12-381-G2", octets(fixture["signerPublicKey"]))
    messages = [octets(message) for message in fixture["messages"]]
    indexes, proof = fixture["disclosedIndexes"], octets(fixture["proof"])
    headers = {"header": octets(fixture["header"]), "presentation_header": octets(fixture["presentationHeader"])}

    if fixture["result"]["valid"]:
        count = 5 + len(messages) - len(indexes)
        made = bbs.make_proof(
            public_key,
            octets(fixture["signature"]),
            messages,
            **headers,
            disclosed_indexes=indexes,
            random_bytes=seeded(octets(_read("mockedRng")["seed"]), count),
        )
        assert made == proof
    shown = {index: messages[index] for index in indexes if index < len(messages)}
    expected = {"good"} if fixture["result"]["valid"] else {"signature_invalid"}
    assert outcome(bbs.verify_proof, public_key, proof, shown, **headers) in expected


@needs(W3C)
@pytest.mark.parametrize("folder", ["", "prc"])
def test_the_signature_and_proof_of_the_w3c_vectors_are_reproduced(folder):
    def read(name, where=folder):
        return json.loads((SHARED_DATA / W3C / where / name).read_text())

    keys, material = read("BBSKeyMaterial.json", ""), read("BBSDeriveMaterial.json", "")
    key = BbsSecretKey.from_private_bytes(octets(keys["privateKeyHex"]))
    hashes = read("addHashData.json")
    header = octets(hashes["proofHash"] + hashes["mandatoryHash"])
    quads = read("addBaseTransform.json")
    messages = [quad.encode() for _, quad in quads["nonMandatory"]["value"]]
    signature = octets(read("addRawBaseSignatureInfo.json")["bbsSignature"])
    indexes = read("derivedAdjIndexes.json")["adjSelectiveIndexes"]
    derived = read("derivedDisclosureData.json")
    presentation_header = bytes(derived["presentationHeader"].values())

    assert key.public_key.data == octets(keys["publicKeyHex"])
    assert key.sign(messages, header=header) == signature
    proof = bbs.make_proof(
        key.public_key,
        signature,
        messages,
        header=header,
        presentation_header=presentation_header,
        disclosed_indexes=indexes,
        # The program that made these vectors expands its seed with the bare name of the interface.
        random_bytes=seeded(octets(material["pseudoRandSeedHex"]), 5 + len(messages) - len(indexes), API_ID),
    )
    assert proof == octets(derived["bbsProof"])
    shown = {index: messages[index] for index in indexes}
    bbs.verify_proof(key.public_key, proof, shown, header=header, presentation_header=presentation_header)
