"""Passkeys, with an authenticator in software."""

import base64
import hashlib
import json

import cbor2
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from tests.vcwallet_api.wallet_world import BASE_URL, BEN, code_of
from vcwallet_api.account.cookies import COOKIE_NAME
from vcwallet_api.storage.tables import PasskeyCeremony

USER_PRESENT, USER_VERIFIED, HAS_KEY = 0x01, 0x04, 0x40


def b64(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Authenticator:
    """A key for one website, which it names in everything that it signs."""

    def __init__(self, host="wallet.example", origin=BASE_URL, flags=USER_PRESENT | USER_VERIFIED):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id, self.host, self.origin, self.flags = b"passkey of ana", host, origin, flags
        self.count, self.user = 0, None

    def _client_data(self, kind, options):
        return json.dumps(
            {"type": f"webauthn.{kind}", "challenge": options["challenge"], "origin": self.origin}
        ).encode()

    def _data(self, flags, rest=b""):
        self.count += 1
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4) + rest

    def create(self, options):
        self.user = options["user"]["id"]
        numbers = self.key.public_key().public_numbers()
        cose = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)})
        attested = bytes(16) + len(self.id).to_bytes(2) + self.id + cose
        made = {"fmt": "none", "attStmt": {}, "authData": self._data(self.flags | HAS_KEY, attested)}
        response = {
            "clientDataJSON": b64(self._client_data("create", options)),
            "attestationObject": b64(cbor2.dumps(made)),
        }
        return {"id": b64(self.id), "rawId": b64(self.id), "type": "public-key", "response": response}

    def get(self, options):
        client_data, data = self._client_data("get", options), self._data(self.flags)
        signature = self.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": b64(client_data),
            "authenticatorData": b64(data),
            "signature": b64(signature),
            "userHandle": self.user,
        }
        return {"id": b64(self.id), "rawId": b64(self.id), "type": "public-key", "response": response}


def add(browser, authenticator):
    begun = browser.post("/me/passkeys/options").json()
    body = {"ceremony": begun["ceremony"], "credential": authenticator.create(begun["options"]), "name": "Phone"}
    return browser.post("/me/passkeys", json=body)


def sign_in(browser, authenticator):
    begun = browser.post("/sessions/passkey/options").json()
    body = {"ceremony": begun["ceremony"], "credential": authenticator.get(begun["options"])}
    return browser.post("/sessions/passkey", json=body), body


def test_a_passkey_opens_its_account_without_a_mail(wallet):
    ana, phone = wallet.signed_in(), Authenticator()
    assert add(ana, phone).status_code == 201
    mails = len(wallet.mails())
    browser = wallet.browser()

    response, body = sign_in(browser, phone)

    assert response.status_code == 201, response.text
    assert browser.get("/me").json()["id"] == ana.get("/me").json()["id"]
    assert len(wallet.mails()) == mails
    again = wallet.browser().post("/sessions/passkey", json=body)
    assert (again.status_code, code_of(again)) == (410, "ceremony_over")
    assert wallet.rows(PasskeyCeremony) == []
    assert [entry["name"] for entry in ana.get("/me/passkeys").json()] == ["Phone"]


def test_a_passkey_ends_the_sign_in_that_its_browser_had(wallet):
    ana, browser, phone = wallet.signed_in(), wallet.signed_in(BEN), Authenticator()
    add(ana, phone)
    before = browser.client.cookies[COOKIE_NAME]

    assert sign_in(browser, phone)[0].status_code == 201

    assert browser.get("/me").json()["id"] == ana.get("/me").json()["id"]
    assert wallet.browser(Cookie=f"{COOKIE_NAME}={before}").get("/me").status_code == 401


@pytest.mark.parametrize(
    "changed",
    [{"host": "evil.example"}, {"origin": "https://evil.example"}, {"flags": USER_PRESENT}],
    ids=["made for another site", "asked by another site", "nobody was verified"],
)
def test_what_was_made_elsewhere_or_without_a_person_does_not_open_it(sqlite_wallet, changed):
    ana, phone = sqlite_wallet.signed_in(), Authenticator()
    refused = add(ana, Authenticator(**changed))
    assert (refused.status_code, code_of(refused)) == (422, "passkey_invalid")
    assert add(ana, phone).status_code == 201
    for name, value in changed.items():
        setattr(phone, name, value)

    response, _ = sign_in(sqlite_wallet.browser(), phone)

    assert (response.status_code, code_of(response)) == (422, "passkey_invalid")


def test_another_key_another_account_and_a_copy_do_not_open_it(sqlite_wallet):
    ana, ben, phone = sqlite_wallet.signed_in(), sqlite_wallet.signed_in(BEN), Authenticator()
    add(ana, phone)
    other = Authenticator()
    other.user = phone.user
    wrong_key, _ = sign_in(sqlite_wallet.browser(), other)
    stolen = Authenticator()
    stolen.id = b"passkey of ben"
    add(ben, stolen)
    stolen.user = phone.user
    wrong_account, _ = sign_in(sqlite_wallet.browser(), stolen)
    sign_in(sqlite_wallet.browser(), phone)
    # A copy that was made before the last use counts as it did then.
    phone.count -= 1
    copied, _ = sign_in(sqlite_wallet.browser(), phone)

    assert {code_of(response) for response in (wrong_key, wrong_account, copied)} == {"passkey_invalid"}


def test_a_removed_passkey_and_a_late_answer_do_not_open_it(sqlite_wallet):
    ana, phone = sqlite_wallet.signed_in(), Authenticator()
    own = add(ana, phone).json()["id"]
    begun = sqlite_wallet.browser().post("/sessions/passkey/options").json()
    sqlite_wallet.later(minutes=6)
    late = {"ceremony": begun["ceremony"], "credential": phone.get(begun["options"])}
    assert code_of(sqlite_wallet.browser().post("/sessions/passkey", json=late)) == "ceremony_over"

    assert ana.delete(f"/me/passkeys/{own}").status_code == 204

    response, _ = sign_in(sqlite_wallet.browser(), phone)
    assert code_of(response) == "passkey_invalid"


def test_adding_one_needs_a_fresh_proof(sqlite_wallet):
    ana = sqlite_wallet.signed_in()
    sqlite_wallet.later(minutes=20)

    response = ana.post("/me/passkeys/options")

    assert (response.status_code, code_of(response)) == (403, "proof_needed")


def test_a_passkey_is_renamed_by_its_owner_and_nobody_else(sqlite_wallet):
    ana, ben = sqlite_wallet.signed_in(), sqlite_wallet.signed_in(BEN)
    own = add(ana, Authenticator()).json()["id"]

    assert ana.patch(f"/me/passkeys/{own}", json={"name": "Old phone"}).json()["name"] == "Old phone"

    stranger = ben.patch(f"/me/passkeys/{own}", json={"name": "Mine"})
    assert (stranger.status_code, code_of(stranger)) == (404, "passkey_unknown")
    assert [entry["name"] for entry in ana.get("/me/passkeys").json()] == ["Old phone"]


@pytest.mark.parametrize(
    "typed",
    [
        {"ceremony": "x", "credential": "{}", "name": "Phone"},
        {"ceremony": "01890000-0000-7000-8000-000000000000", "credential": "[" * 10_000, "name": "Phone"},
        {"ceremony": "01890000-0000-7000-8000-000000000000", "credential": '{"a": ' + "9" * 30_000 + "}", "name": "P"},
        {"ceremony": "01890000-0000-7000-8000-000000000000", "credential": "{}", "name": " "},
    ],
    ids=["no ceremony", "nested too deeply", "too long", "no name"],
)
def test_whatever_a_form_says_is_refused_on_the_page(sqlite_wallet, typed):
    ana = sqlite_wallet.signed_in()

    page = ana.client.post("/account/passkeys", data=typed, headers={"Accept": "text/html"})

    assert page.status_code in (410, 422)
    assert 'role="alert"' in page.text
