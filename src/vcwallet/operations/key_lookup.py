"""From what a proof or a token says about its key to the key, and from the key to the issuer.

Two questions are kept apart. *Which key?* is answered by `find_key` and `find_token_key`, and whether the key is the
issuer's by `refuse_unless_bound` and `refuse_unless_published`. A key that a document brings along proves only that
whoever holds it made the document.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from vcwallet.dids import https_jwks, jwt_vc_issuer, resolution
from vcwallet.dids.document import ControllerDocument, VerificationMethod
from vcwallet.errors import Refused, Undecided, VcwalletError
from vcwallet.keys.jwk import check_jwk_may_verify, public_key_from_jwk
from vcwallet.keys.public_key import PublicKey
from vcwallet.securing.cryptosuite import VerificationKey
from vcwallet.toolkit import Toolkit

ASSERTION = "assertionMethod"
AUTHENTICATION = "authentication"


@dataclass(frozen=True, slots=True)
class TokenKey:
    """The key that a token is checked with. `controller` is None when the token brought the key itself."""

    key: PublicKey
    jwk: Mapping[str, Any] | None
    controller: str | None
    method: VerificationKey | None = None


def find_key(url: str, *, purpose: str, toolkit: Toolkit) -> VerificationKey:
    """The key that a proof's `verificationMethod` names, from the document of its controller (CID 1.0, 3.3).

    Raises `Refused` when the controller does not authorise it for `purpose`, `FetchFailed` and `Undecided` when that
    cannot be found out, `Malformed` when the URL is none.
    """
    return _as_key(_find_method(url, purpose, toolkit))


def find_token_key(header: Mapping[str, Any], issuer_id: str, toolkit: Toolkit) -> TokenKey:
    """The key that a JOSE header names by `jwk` or `kid` (OB 3.0, 8.2.4.1). Not yet anybody's key.

    Raises as `find_key` does.
    """
    if "jwk" in header:
        jwk = header["jwk"]
        return TokenKey(public_key_from_jwk(jwk, pointer="/jwk"), jwk, None)
    kid = absolute_kid(str(header["kid"]), issuer_id)
    if kid.startswith("did:"):
        return _token_key_of_method(kid, toolkit)
    if not kid.startswith("https://"):
        message = f"expected kid to be a DID URL or an https URL, found {kid[:80]!r}"
        raise Refused("verification_method_scheme", message, pointer="/kid")
    return _first_that_has_it(_places_of_kid(kid, issuer_id, toolkit))


def find_controlled_key(header: Mapping[str, Any], party: str | None, *, purpose: str, toolkit: Toolkit) -> TokenKey:
    """The verification method that a token names, in the document of its controller (VC-JOSE-COSE, 4.1 and 4.2).

    A `kid` that is a DID URL or an https URL stands for itself. Any other is looked for in the document of `party`, the
    issuer or holder: as a fragment, or as the `kid` of a JWK. Without a `kid` the `jwk` of the header tells which key of
    `party` is meant, and without either there must be only one. Not yet bound to `party`: see `controller`.

    Raises as `find_key` does, and `Refused` ("jose_key_missing") when it is not clear which key is meant.
    """
    kid = header.get("kid")
    if isinstance(kid, str) and kid.startswith(("did:", "https://")):
        return _token_key_of_method(kid, toolkit, purpose)
    if party is None:
        raise Refused("jose_key_missing", "expected kid to be the URL of the key: nothing says whose it could be else")
    document = _resolve(party, toolkit)
    meant = [method for method in document.methods_for(purpose) if _is_meant(method, header, party)]
    if not meant:
        message = f"{party[:200]} publishes no key as {purpose} that is the one the token names"
        raise Refused("key_not_in_document", message, pointer="/kid")
    if len(meant) > 1:
        raise Refused("jose_key_missing", f"expected the header to say which of the keys of {party[:200]} it means")
    key = _as_key(meant[0])
    return TokenKey(key.key, meant[0].jwk, meant[0].controller, key)


def find_sd_jwt_vc_key(header: Mapping[str, Any], issuer_id: str | None, toolkit: Toolkit) -> TokenKey:
    """The key of an SD-JWT VC, or of a status list beside it, in what the issuer publishes for these tokens.

    An https issuer has JWT VC Issuer Metadata, and nothing else of it is asked; a DID has its document. The key is the
    issuer's own whenever there is one: whoever else is named in the header is refused before anything is fetched.

    Raises `Undecided` issuer_certificate_unsupported and issuer_key_unsupported, `Refused` key_not_bound_to_issuer, and as
    `jwt_vc_issuer.find_key` and `find_controlled_key`.
    """
    if "x5c" in header:
        message = "the issuer's key is in a certificate, and no certification authorities are known here"
        raise Undecided("issuer_certificate_unsupported", message, pointer="/x5c")
    if issuer_id is not None and issuer_id.startswith("did:"):
        kid = header.get("kid")
        if isinstance(kid, str) and ":" in kid and kid.partition("#")[0] != issuer_id:
            message = (
                f"the token names a key of {kid.partition('#')[0][:200]}, and says that {issuer_id[:200]} issued it"
            )
            raise Refused("key_not_bound_to_issuer", message, pointer="/iss")
        return find_controlled_key(header, issuer_id, purpose=ASSERTION, toolkit=toolkit)
    if issuer_id is not None and issuer_id.startswith("https://"):
        entry = jwt_vc_issuer.find_key(issuer_id, header, fetcher=toolkit.fetcher)
        return TokenKey(entry.key, entry.jwk, issuer_id)
    found = "nothing" if issuer_id is None else repr(issuer_id[:200])
    message = f"expected iss to be an https address or a DID, by which the issuer's key can be found; found {found}"
    raise Undecided("issuer_key_unsupported", message, pointer="/iss")


def absolute_kid(kid: str, issuer_id: str) -> str:
    """A `kid` such as "#key-1" or "key-1" is meant relative to the issuer; one with a scheme stands for itself."""
    if kid.startswith("#"):
        return issuer_id + kid
    return kid if ":" in kid else f"{issuer_id}#{kid}"


def refuse_unless_published(found: TokenKey, header: Mapping[str, Any], issuer_id: str, toolkit: Toolkit) -> None:
    """Make sure that the issuer publishes the key of a token as its own (OB 3.0 implementation guide, key provenance).

    A DID publishes keys in its document; an https issuer in the document at its own address or in
    `/.well-known/jwks.json` of its host. A published place that does not list the key settles the matter; if no place
    can be read, it is undecided. Raises `Refused` ("key_not_bound_to_issuer") or `Undecided`.
    """
    if found.controller == issuer_id:
        return
    kid = str(header["kid"]) if "kid" in header else None
    sources: list[Callable[[], bool]] = [lambda: _controller_lists(issuer_id, found.key, toolkit)]
    if issuer_id.startswith("https://"):
        sources.insert(0, lambda: _jwks_lists(issuer_id, kid, found.key, toolkit))
    elif not issuer_id.startswith("did:"):
        sources = []
    undecided: Undecided | None = None
    was_read = not sources
    for lists_key in sources:
        try:
            if lists_key():
                return
            was_read = True
        except Undecided as problem:
            undecided = undecided or problem
    if was_read or undecided is None:
        raise Refused(
            "key_not_bound_to_issuer",
            f"the signature fits its key, but {issuer_id[:200]} does not publish that key as its own",
            pointer="/issuer",
            hint="anybody can sign with a key of their own and write another's name below it: do not trust this credential",
        )
    raise undecided


def _methods(toolkit: Toolkit) -> dict[str, Any]:
    return {method.name: method for method in toolkit.did_methods}


def _resolve(party: str, toolkit: Toolkit) -> ControllerDocument:
    with _refusing_unread_types(party):
        return resolution.resolve_controller(party, methods=_methods(toolkit), fetcher=toolkit.fetcher)


def _find_method(url: str, purpose: str, toolkit: Toolkit) -> VerificationMethod:
    with _refusing_unread_types(url):
        return resolution.find_verification_method(
            url, purpose=purpose, methods=_methods(toolkit), fetcher=toolkit.fetcher
        )


def _as_key(method: VerificationMethod) -> VerificationKey:
    with _refusing_unread_types(method.id):
        return VerificationKey(method.id, method.controller, method.key, method.expires, method.revoked)


@contextmanager
def _refusing_unread_types(name: str) -> Iterator[None]:
    """Suites and algorithms say which types of key they take: a type that cannot be read here is none of these."""
    try:
        yield
    except Undecided as exc:
        if exc.code != "key_type_unsupported":
            raise
        raise Refused("key_type_mismatch", f"the key {name[:200]} cannot make this signature: {exc}") from exc


def _is_meant(method: VerificationMethod, header: Mapping[str, Any], party: str) -> bool:
    if "kid" in header:
        kid = str(header["kid"])
        return method.id == absolute_kid(kid, party) or (method.jwk is not None and method.jwk.get("kid") == kid)
    if "jwk" not in header:
        return True
    meant = public_key_from_jwk(header["jwk"], pointer="/jwk")
    try:
        return method.key == meant
    except VcwalletError:
        return False  # a published key that cannot be read is not this key


def _token_key_of_method(kid: str, toolkit: Toolkit, purpose: str = ASSERTION) -> TokenKey:
    method = _find_method(kid, purpose, toolkit)
    key = _as_key(method)
    return TokenKey(key.key, method.jwk, method.controller, key)


def _places_of_kid(kid: str, issuer_id: str, toolkit: Toolkit) -> list[Callable[[], TokenKey]]:
    """Where the key with an https `kid` may stand: in the issuer's key set, the issuer's document, or by itself."""

    def in_the_key_set() -> TokenKey:
        entry = https_jwks.find_in_jwks(issuer_id, kid=kid, key=None, fetcher=toolkit.fetcher)
        return TokenKey(entry.key, entry.jwk, issuer_id)

    def by_itself() -> TokenKey:
        entry = https_jwks.fetch_jwk(kid, fetcher=toolkit.fetcher)
        return TokenKey(entry.key, entry.jwk, None)

    places = [in_the_key_set] if issuer_id.startswith("https://") else []
    if kid.partition("#")[0] == issuer_id:
        return [*places, lambda: _token_key_of_method(kid, toolkit)]
    return [*places, by_itself]


def _first_that_has_it(places: list[Callable[[], TokenKey]]) -> TokenKey:
    """The key from the first place that has it. What one place says against it counts more than that another is silent."""
    refused: Refused | None = None
    undecided: Undecided | None = None
    for look in places:
        try:
            return look()
        except Refused as problem:
            refused = refused or problem
        except Undecided as problem:
            undecided = undecided or problem
    found = refused or undecided
    if found is None:
        raise ValueError("there must be a place to look")
    raise found


def _jwks_lists(issuer_id: str, kid: str | None, key: PublicKey, toolkit: Toolkit) -> bool:
    try:
        https_jwks.find_in_jwks(issuer_id, kid=kid, key=key, fetcher=toolkit.fetcher)
    except Refused:
        return False
    return True


def _controller_lists(issuer_id: str, key: PublicKey, toolkit: Toolkit) -> bool:
    document = _resolve(issuer_id, toolkit)
    methods = document.methods_for(ASSERTION)
    if not methods and issuer_id.startswith("https://"):
        # Profiles often stand there, without any keys: they say nothing about whose keys are whose.
        raise Undecided("controller_document_malformed", f"{issuer_id[:200]} publishes no keys", pointer="/issuer")
    for method in methods:
        try:
            if method.key == key:
                return True
        except VcwalletError:
            continue  # a key that cannot be read is not this key
    return False


def refuse_unless_fit(found: TokenKey, algorithm: str) -> None:
    """RFC 7517, 4.2 to 4.4: `use`, `key_ops` and `alg` of a JWK, where present, allow what it is used for."""
    if found.jwk is not None:
        check_jwk_may_verify(found.jwk, algorithm)
