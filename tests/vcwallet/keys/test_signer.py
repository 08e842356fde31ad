"""Signers: keys that are made, written, read and sent, and that never show themselves."""

import copy
import pickle
import traceback

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa, x25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from vcwallet.errors import Malformed, Refused, Undecided
from vcwallet.keys.jwk import jwk_from_public_key, public_key_from_jwk
from vcwallet.keys.signer import LocalSigner, sign_with

SIGNERS = {key_type: LocalSigner.generate(key_type, rsa_bits=2048) for key_type in ("Ed25519", "P-256", "P-384", "RSA")}
each = pytest.mark.parametrize("signer", SIGNERS.values(), ids=SIGNERS)


def _pem(key):
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _secrets(signer):
    """Everything by which the private key could be seen in a text."""
    jwk = signer.private_jwk()
    lines = signer.private_pem(passphrase=None).decode().splitlines()[2:-2]
    return [jwk["d"], *lines]


@each
def test_what_it_signs_its_public_key_verifies(signer):
    signer.public_key.verify(signer.sign(b"message"), b"message", algorithm=signer.algorithm)

    with pytest.raises(Refused, match="signature_invalid"):
        signer.public_key.verify(signer.sign(b"message"), b"another", algorithm=signer.algorithm)


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512", "PS256"])
def test_an_rsa_key_signs_with_every_rsa_algorithm(algorithm):
    signer = SIGNERS["RSA"].named("https://college.example/#key", algorithm=algorithm)

    signer.public_key.verify(signer.sign(b"message"), b"message", algorithm=algorithm)


@pytest.mark.parametrize("key_type", ["Ed25519", "P-256", "P-384"])
def test_the_same_message_is_signed_the_same_way(key_type):
    assert SIGNERS[key_type].sign(b"message") == SIGNERS[key_type].sign(b"message")


@each
@pytest.mark.parametrize("passphrase", [None, "correct horse", b"\xffbytes"])
def test_a_key_written_as_pem_is_read_again(signer, passphrase):
    pem = signer.private_pem(passphrase=passphrase)

    assert (b"ENCRYPTED" in pem) == (passphrase is not None)
    assert LocalSigner.from_private_pem(pem, passphrase=passphrase) == signer


@each
def test_a_key_written_as_jwk_is_read_again(signer):
    jwk = signer.private_jwk()

    assert LocalSigner.from_private_jwk(jwk) == signer
    public = {name: jwk[name] for name in jwk_from_public_key(signer.public_key)}
    assert public_key_from_jwk(public) == signer.public_key


@pytest.mark.parametrize("key_type", ["Ed25519", "P-256", "P-384"])
def test_a_key_written_as_multikey_is_read_again(key_type):
    text = SIGNERS[key_type].private_multikey()

    assert LocalSigner.from_private_multikey(text) == SIGNERS[key_type]


def test_rsa_has_no_multikey():
    with pytest.raises(ValueError, match="RSA"):
        SIGNERS["RSA"].private_multikey()


@each
def test_another_library_reads_what_was_written(signer):
    key = load_pem_private_key(signer.private_pem(passphrase="secret"), b"secret")

    assert LocalSigner.from_private_pem(_pem(key)) == signer


@each
def test_a_signer_crosses_a_process_border_with_its_name(signer):
    named = signer.named("did:web:college.example#key-1")
    sent = pickle.loads(pickle.dumps(named))

    assert sent == named
    assert (sent.verification_method, sent.controller) == ("did:web:college.example#key-1", "did:web:college.example")
    sent.public_key.verify(sent.sign(b"message"), b"message", algorithm=sent.algorithm)
    assert copy.deepcopy(named) == named


@each
def test_no_text_about_a_signer_shows_the_private_key(signer):
    def fails(signer):
        _, arguments = signer.__reduce__()
        raise RuntimeError(signer, arguments)

    texts = [repr(signer), str(signer), f"{signer}", repr(signer.__reduce__()), f"{signer.__reduce__()[1][0]}"]
    try:
        fails(signer)
    except RuntimeError as error:
        texts.append("".join(traceback.TracebackException.from_exception(error, capture_locals=True).format()))

    assert [secret for secret in _secrets(signer) for text in texts if secret in text] == []
    assert repr(signer.__reduce__()[1][0]) == str(signer.__reduce__()[1][0]) == "<private key>"
    assert signer.verification_method[:80] in repr(signer)


def test_a_key_speaks_for_itself_until_it_is_named():
    signer = SIGNERS["P-256"]

    assert signer.controller.startswith("did:key:zDna")
    assert signer.verification_method == f"{signer.controller}#{signer.controller.removeprefix('did:key:')}"
    assert signer.named("https://college.example/keys/1", controller="https://college.example/").controller == (
        "https://college.example/"
    )
    assert signer != signer.named("did:web:college.example#key-1")


@pytest.mark.parametrize("name", ["did:web:college.example", "#key-1", "did:web:college.example#", ""])
def test_a_name_that_does_not_say_whose_key_it_is_is_misuse(name):
    with pytest.raises(ValueError, match="fragment"):
        SIGNERS["Ed25519"].named(name)


def test_an_algorithm_of_another_kind_of_key_is_misuse():
    with pytest.raises(ValueError, match="cannot sign with ES256"):
        SIGNERS["Ed25519"].named("did:web:college.example#key-1", algorithm="ES256")


def test_a_signer_is_asked_only_for_what_it_says_it_does():
    message = b"message"
    assert sign_with(SIGNERS["P-256"], message, "ES256") == SIGNERS["P-256"].sign(message)
    with pytest.raises(Refused, match="key_algorithm_mismatch"):
        sign_with(SIGNERS["P-256"], message, "ES384")


def test_equal_signers_are_equal_as_keys_of_a_dictionary():
    again = LocalSigner.from_private_multikey(SIGNERS["Ed25519"].private_multikey())

    assert {SIGNERS["Ed25519"]: 1}[again] == 1
    assert SIGNERS["Ed25519"] != "Ed25519"


# --- what is refused, each beside what is taken ------------------------------------------------------------------------


def test_a_passphrase_is_needed_fits_or_is_of_no_use():
    closed, open_ = SIGNERS["P-256"].private_pem(passphrase="right"), SIGNERS["P-256"].private_pem(passphrase=None)

    for pem, passphrase in ((closed, None), (closed, "wrong"), (open_, "right")):
        with pytest.raises(Refused) as caught:
            LocalSigner.from_private_pem(pem, passphrase=passphrase)
        assert caught.value.code == "private_key_passphrase"
        assert caught.value.__cause__ is None
    assert LocalSigner.from_private_pem(closed, passphrase="right")


@pytest.mark.parametrize("text", [b"", b"not a key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_what_is_no_pem_is_malformed(text):
    with pytest.raises(Malformed, match="private_key_malformed"):
        LocalSigner.from_private_pem(text)


def test_an_endless_pem_is_not_read():
    with pytest.raises(Malformed, match="not read"):
        LocalSigner.from_private_pem(b"\n" * 100_000 + SIGNERS["P-256"].private_pem(passphrase=None))


def test_keys_that_cannot_sign_credentials_are_not_taken():
    for key in (x25519.X25519PrivateKey.generate(), ec.generate_private_key(ec.SECP521R1())):
        with pytest.raises(Undecided, match="key_type_unsupported"):
            LocalSigner.from_private_pem(_pem(key))


def test_short_rsa_keys_are_weak_wherever_they_come_from():
    with pytest.raises(Refused, match="weak_key"):
        LocalSigner.from_private_pem(_pem(rsa.generate_private_key(public_exponent=65537, key_size=1024)))
    for bits in (8, 1024):
        with pytest.raises(Refused, match="weak_key"):
            LocalSigner.generate("RSA", rsa_bits=bits)


def test_an_unknown_kind_of_key_is_misuse():
    with pytest.raises(ValueError, match="P-521"):
        LocalSigner.generate("P-521")


@each
def test_a_jwk_without_its_private_part_is_no_signer(signer):
    with pytest.raises(Malformed, match="this one is public"):
        LocalSigner.from_private_jwk(jwk_from_public_key(signer.public_key))


@pytest.mark.parametrize("key_type", ["Ed25519", "P-256"])
def test_halves_of_two_keys_make_no_signer(key_type):
    mixed = {**SIGNERS[key_type].private_jwk(), "d": LocalSigner.generate(key_type).private_jwk()["d"]}

    with pytest.raises(Malformed, match="private_key_malformed") as caught:
        LocalSigner.from_private_jwk(mixed)
    assert mixed["d"] not in str(caught.value)


@pytest.mark.parametrize("secret", ["", "!", 7, None])
@each
def test_a_private_number_that_is_none_is_malformed(signer, secret):
    with pytest.raises(Malformed, match="private_key_malformed"):
        LocalSigner.from_private_jwk({**signer.private_jwk(), "d": secret})


@pytest.mark.parametrize("text", ["", "z", "u7QE", "z111", "not a key", "z42"])
def test_what_is_no_multikey_is_malformed(text):
    with pytest.raises((Malformed, Undecided)):
        LocalSigner.from_private_multikey(text)


def test_a_multikey_out_of_range_or_public_is_not_taken():
    from vcwallet.keys.multikey import multikey_from_public_key
    from vcwallet.wire.base_encodings import multibase_encode, multicodec_wrap

    for number in (bytes(32), b"\xff" * 32):
        with pytest.raises(Malformed, match="is not a private key"):
            LocalSigner.from_private_multikey(multibase_encode(multicodec_wrap(0x1306, number)))
    with pytest.raises(Malformed, match="has 32 bytes"):
        LocalSigner.from_private_multikey(multibase_encode(multicodec_wrap(0x1300, bytes(64))))
    with pytest.raises(Undecided, match="0xed"):
        LocalSigner.from_private_multikey(multikey_from_public_key(SIGNERS["Ed25519"].public_key))
