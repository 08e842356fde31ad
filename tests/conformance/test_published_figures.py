"""The figures that specifications print: keys, hashes and signatures, without any of the large official sets."""

import json
from pathlib import Path

import pytest

from vcwallet.credentials.identity import matches
from vcwallet.keys import bbs
from vcwallet.keys.jwk import public_key_from_jwk, thumbprint
from vcwallet.keys.multikey import public_key_from_multikey
from vcwallet.keys.public_key import PublicKey
from vcwallet.wire.base_encodings import multibase_decode

FIGURES = json.loads((Path(__file__).parents[2] / "vectors" / "published-figures" / "figures.json").read_text())
ALGORITHMS = {"Ed25519": "Ed25519", "P-256": "ES256", "P-384": "ES384"}


@pytest.mark.parametrize("figure", FIGURES["data_integrity"], ids=lambda figure: figure["source"])
def test_a_proof_value_fits_its_key_and_hashes(figure):
    key = public_key_from_multikey(figure["key"])
    signed = bytes.fromhex(figure["proof_hash"] + figure["document_hash"])

    key.verify(multibase_decode(figure["proof_value"]), signed, algorithm=ALGORITHMS[key.key_type])


@pytest.mark.parametrize("figure", FIGURES["signatures"], ids=lambda figure: figure["source"])
def test_a_signature_fits(figure):
    key = PublicKey(figure["algorithm"], bytes.fromhex(figure["public_key_hex"]))

    key.verify(
        bytes.fromhex(figure["signature_hex"]), bytes.fromhex(figure["message_hex"]), algorithm=figure["algorithm"]
    )


@pytest.mark.parametrize("figure", FIGURES["thumbprints"], ids=lambda figure: figure["source"])
def test_a_thumbprint_is_as_printed(figure):
    assert thumbprint(public_key_from_jwk(figure["jwk"])) == figure["thumbprint"]


@pytest.mark.parametrize("figure", FIGURES["identity_hashes"], ids=lambda figure: figure["identifier"])
def test_a_salted_identity_is_hashed_as_printed(figure):
    import hashlib

    digest = "sha256$" + hashlib.sha256((figure["identifier"] + figure["salt"]).encode()).hexdigest()
    identity = {
        "identityType": "emailAddress",
        "hashed": True,
        "identityHash": digest.upper().replace("SHA256", "sha256"),
        "salt": figure["salt"],
    }

    assert digest.startswith(figure["hash_begins"])
    assert matches(identity, identity_type="emailAddress", value=figure["identifier"])


@pytest.mark.parametrize("figure", FIGURES["bbs"], ids=lambda figure: figure["source"])
def test_a_bbs_signature_and_proof_are_as_printed(figure):
    pytest.importorskip("py_arkworks_bls12381")
    key = bbs.BbsSecretKey.from_private_bytes(bytes.fromhex(figure["secret_key"]))
    messages = [bytes.fromhex(message) for message in figure["messages"]]
    header, occasion = bytes.fromhex(figure["header"]), bytes.fromhex(figure["presentation_header"])
    shown = {index: messages[index] for index in figure["disclosed_indexes"]}

    assert key.public_key.data.hex() == figure["public_key"]
    assert key.sign(messages, header=header).hex() == figure["signature"]
    proof = bytes.fromhex(figure["proof"])
    bbs.verify_proof(key.public_key, proof, shown, header=header, presentation_header=occasion)
