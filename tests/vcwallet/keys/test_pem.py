"""Keys in PEM: the one key that is in it, or an answer why not."""

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from hypothesis import given
from hypothesis import strategies as st

from vcwallet.errors import Malformed, Refused, Undecided
from vcwallet.keys.pem import public_key_from_pem

SPKI = serialization.PublicFormat.SubjectPublicKeyInfo
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(private_key, form=SPKI):
    return private_key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


@pytest.mark.parametrize(
    ("text", "key_type"),
    [
        (pem(RSA), "RSA"),
        (pem(RSA, serialization.PublicFormat.PKCS1), "RSA"),
        (pem(ec.generate_private_key(ec.SECP256R1())), "P-256"),
        (pem(ec.generate_private_key(ec.SECP384R1())), "P-384"),
        (pem(ed25519.Ed25519PrivateKey.generate()), "Ed25519"),
        ("A key:\n" + pem(RSA).replace("\n", "\r\n"), "RSA"),
    ],
    ids=["RSA", "RSA as PKCS 1", "P-256", "P-384", "Ed25519", "with words and CRLF"],
)
def test_a_public_key_is_read(text, key_type):
    assert public_key_from_pem(text).key_type == key_type


def test_one_key_is_the_same_in_both_forms():
    assert public_key_from_pem(pem(RSA)) == public_key_from_pem(pem(RSA, serialization.PublicFormat.PKCS1))


@pytest.mark.parametrize(
    ("text", "error", "code"),
    [
        ("", Malformed, "key_malformed"),
        (pem(RSA)[:200], Malformed, "key_malformed"),
        (pem(RSA) + pem(RSA), Malformed, "key_malformed"),
        (pem(RSA) + " " * 20_000, Malformed, "key_malformed"),
        (pem(rsa.generate_private_key(public_exponent=65537, key_size=1024)), Refused, "weak_key"),
        (pem(ec.generate_private_key(ec.SECP521R1())), Undecided, "key_type_unsupported"),
        (pem(dsa.generate_private_key(2048)), Undecided, "key_type_unsupported"),
        (
            RSA.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            ).decode(),
            Malformed,
            "key_malformed",
        ),
    ],
    ids=["nothing", "half", "two", "too long", "short RSA", "P-521", "DSA", "private"],
)
def test_what_is_no_key_for_us_says_why(text, error, code):
    with pytest.raises(error) as caught:
        public_key_from_pem(text, pointer="/publicKeyPem")

    assert (caught.value.code, caught.value.pointer) == (code, "/publicKeyPem")


@given(st.text(max_size=200))
def test_any_text_is_answered(body):
    with pytest.raises((Malformed, Refused, Undecided)):
        public_key_from_pem(f"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n")
