"""Secure a document with a signer's key, in any of the ways there are, and verify what came out before it goes out.

Shared by issuing and presenting, which decide what may be signed and for which purpose. Nothing is fetched: the output is
verified in a world in which the signer's controller publishes the signer's key, and nobody publishes anything else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final, cast

from vcwallet.dids.document import ControllerDocument, document_of_one_key
from vcwallet.dids.https_jwks import jwks_address
from vcwallet.dids.method import DidMethod
from vcwallet.errors import FetchFailed, Problem, Refused, VcwalletError
from vcwallet.fetching.fetcher import Fetcher, NoNetwork, StaticFetcher
from vcwallet.keys.jwk import jwk_from_public_key
from vcwallet.keys.multikey import multikey_from_public_key
from vcwallet.keys.signer import Signer
from vcwallet.operations import key_lookup
from vcwallet.operations.signed import Signed, to_json
from vcwallet.securing.adding_proofs import ProofOptions, add_proof
from vcwallet.securing.cryptosuite import SelectiveCryptosuite, SigningCryptosuite, Transformer, as_selective
from vcwallet.securing.data_integrity import ProofDemands, check_proofs, find_suite
from vcwallet.toolkit import Toolkit
from vcwallet.wire import json_pointer, strict_json

# What a key signs with when nobody says: OB 3.0 wants eddsa-rdfc-2022 for certification, and no suite takes RSA keys.
DEFAULT_SUITES: Final = {
    "Ed25519": "eddsa-rdfc-2022",
    "P-256": "ecdsa-rdfc-2019",
    "P-384": "ecdsa-rdfc-2019",
    "BLS12-381-G2": "bbs-2023",
}

# These identifiers are their keys, so that there is nothing to publish.
_SELF_EVIDENT: Final = ("did:key:", "did:jwk:")


def signing_suite(name: str, toolkit: Toolkit) -> SigningCryptosuite | None:
    """The cryptosuite of that name, if the toolkit has one that makes proofs of the whole and is not only read."""
    for suite in toolkit.cryptosuites:
        if suite.name == name and not suite.is_legacy and hasattr(suite, "create"):
            return cast("SigningCryptosuite", suite)
    return None


def selective_suite(name: str, toolkit: Toolkit) -> SelectiveCryptosuite | None:
    """The cryptosuite of that name, if the toolkit has one from whose proofs others can be derived."""
    return next((as_selective(suite) for suite in toolkit.cryptosuites if suite.name == name), None)


@dataclass(frozen=True, slots=True)
class Draft:
    """A document that is about to be secured. `unsecured` is the same without its proofs."""

    document: Mapping[str, Any]
    unsecured: Mapping[str, Any]
    transformer: Transformer
    toolkit: Toolkit


def secure_with_proof(draft: Draft, signer: Signer, suite: SigningCryptosuite, options: ProofOptions) -> Signed:
    """The document with one more proof, verified. Raises `Refused` own_output_not_verified, and as `add_proof`."""
    secured = add_proof(
        draft.document, draft.unsecured, signer, suite=suite, options=options, transformer=draft.transformer
    )
    data = to_json(secured)
    document = strict_json.parse_object(data)
    try:
        if document != secured:
            raise Refused("own_output_not_verified", "what was written says something else than what was signed")
        _verify_proof(document, draft, signer, options)
    except VcwalletError as problem:
        raise not_handed_out(problem.problem) from problem
    return Signed(data, document, str(suite.name))


def _verify_proof(document: Mapping[str, Any], draft: Draft, signer: Signer, options: ProofOptions) -> None:
    """Check the newest proof of what was written; those that were there before are for their makers to answer.

    `document` says what `draft` says, proofs aside, so the statements that are known of the one are those of the other.
    """
    at = options.created
    if at is None:
        raise ValueError("a proof without a time cannot be checked")
    toolkit = own_world(signer, draft.toolkit)
    findings = check_proofs(
        document,
        draft.unsecured,
        suites=draft.toolkit.cryptosuites,
        find_key=lambda url: key_lookup.find_key(url, purpose=options.purpose, toolkit=toolkit),
        demands=ProofDemands(
            options.purpose,
            at,
            timedelta(0),
            options.challenge,
            options.domain[0] if options.domain else None,
            accept_base_proofs=True,
            just_made=True,
        ),
        transformer=draft.transformer,
    )
    newest = findings[-1]
    if newest.error is not None:
        raise newest.error
    if newest.key is None or newest.key.controller != signer.controller:
        raise Refused("key_not_bound_to_issuer", f"the key is not one of {signer.controller[:200]}")


def refuse_base_proofs(document: Mapping[str, Any], toolkit: Toolkit) -> None:
    """Raise `Refused` base_proof_shown for what is its holder's alone, wherever in the document a credential has it.

    What others are shown is derived from it.
    """
    for pointer, value in json_pointer.walk(dict(document)):
        if not isinstance(value, dict) or "proofValue" not in value:
            continue
        suite = find_suite(value, toolkit.cryptosuites)
        selective = None if suite is None else as_selective(suite)
        if selective is not None and selective.is_base(value):
            raise Refused(
                "base_proof_shown",
                "the proof is for the holder alone: whoever reads it can show what the holder withholds",
                pointer=f"{pointer}/proofValue",
                hint="derive() what is to be shown from the credential, and present that",
            )


def not_handed_out(problem: Problem) -> Refused:
    """What is said when the output does not verify, for whatever reason."""
    message = f"what was signed does not verify, so it is not handed out: {problem.message} [{problem.code}]"
    hint = "does the signer sign with the key, and under the name, that it states?"
    return Refused("own_output_not_verified", message, pointer=problem.pointer, hint=hint)


# --- the world of one signer -------------------------------------------------------------------------------------------


def own_world(signer: Signer, toolkit: Toolkit) -> Toolkit:
    """The toolkit in a world where the signer's controller publishes the signer's key, and nothing else can be fetched."""
    controller = signer.controller
    if controller.startswith(_SELF_EVIDENT):
        return replace(toolkit, fetcher=NoNetwork())
    material = {"type": "Multikey", "publicKeyMultibase": multikey_from_public_key(signer.public_key)}
    document = document_of_one_key(controller, signer.verification_method, material)
    methods = tuple(_Knowing(method, document) for method in toolkit.did_methods)
    return replace(toolkit, did_methods=methods, fetcher=_addresses(document, signer))


def _addresses(document: ControllerDocument, signer: Signer) -> Fetcher:
    if not document.id.startswith("https://"):
        return NoNetwork()
    (method,) = document.content["verificationMethod"]
    url = signer.verification_method
    # A key may have an address of its own, and then says there whose it is (CID 1.0, 3.3).
    documents: dict[str, Any] = {url.partition("#")[0]: method, document.id: dict(document.content)}
    if signer.algorithm == "BBS":  # such keys have no JWK, and make no tokens
        return StaticFetcher(documents)
    try:
        jwk = {**jwk_from_public_key(signer.public_key), "kid": url}
        documents[jwks_address(document.id)] = {"keys": [jwk]}
    except FetchFailed:
        pass  # an issuer at an address that cannot be one has no key set, and its document will not be found either
    return StaticFetcher(documents)


@dataclass(frozen=True, slots=True)
class _Knowing:
    """A DID method that knows one document by heart."""

    method: DidMethod
    document: ControllerDocument

    @property
    def name(self) -> str:
        return self.method.name

    def resolve(self, did: str, fetcher: Fetcher) -> ControllerDocument:
        return self.document if did == self.document.id else self.method.resolve(did, fetcher)
