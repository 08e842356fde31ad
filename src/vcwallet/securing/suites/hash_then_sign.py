"""The shape that most cryptosuites share: transform, hash twice, sign the two hashes.

EdDSA and ECDSA cryptosuites differ only in choices (VC-DI-EDDSA 3, VC-DI-ECDSA 3): which transformation, which key,
and so which hash. A suite is therefore written as a list of these choices; see the neighbouring modules.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from vcwallet.errors import Malformed, Refused, VcwalletError
from vcwallet.keys.public_key import KeyType, PublicKey, SignatureAlgorithm
from vcwallet.keys.signer import Signer, sign_with
from vcwallet.securing.cryptosuite import HashName, SecuredDocument, Transformer, as_list
from vcwallet.wire.base_encodings import multibase_decode, multibase_encode


@dataclass(frozen=True, slots=True)
class KeyChoice:
    """What a suite does with one type of key."""

    key_type: KeyType
    algorithm: SignatureAlgorithm
    hash_name: HashName
    signature_bytes: int


ED25519 = KeyChoice("Ed25519", "Ed25519", "sha256", 64)
P_256 = KeyChoice("P-256", "ES256", "sha256", 64)
P_384 = KeyChoice("P-384", "ES384", "sha384", 96)


@dataclass(frozen=True, slots=True)
class HashThenSign:
    """A cryptosuite made of choices; `keys` are the types of key that it takes.

    `context_in_proof` is the published context of the suite's own terms, where proofs may bring it themselves.
    """

    name: str | None
    transformation: Literal["rdfc", "jcs"]
    keys: tuple[KeyChoice, ...]
    proof_type: str = "DataIntegrityProof"
    is_legacy: bool = False
    context_in_proof: str | None = None

    @property
    def signs_graph(self) -> bool:
        return self.transformation == "rdfc"

    def signing_input(self, secured: SecuredDocument, key_type: KeyType, transformer: Transformer) -> bytes:
        """Hash of the proof options, then hash of the document: what is signed (VC-DI-EDDSA 3.2.4).

        The proof may carry its `proofValue` or not. Raises as the transformation does.
        """
        hash_name = self._choice(key_type, secured.pointer).hash_name
        options = {name: value for name, value in secured.proof.items() if name != "proofValue"}
        brought = self._context_brought(secured)
        try:
            if self.transformation == "rdfc":
                # VC-DI-EDDSA 3.2.5 step 4: the proof options are read with the document's own context.
                options["@context"] = [*as_list(secured.document.get("@context")), *brought]
                options_text = transformer.canonical_rdf(options, hash_name)
            else:
                options_text = transformer.canonical_json(options)
        except VcwalletError as problem:
            raise problem.placed_under(secured.pointer) from problem
        if self.transformation == "rdfc":
            document_text = transformer.canonical_rdf(secured.document, hash_name)
        else:
            document_text = transformer.canonical_json(_with_context_of_proof(secured.document, options))
        return hashlib.new(hash_name, options_text).digest() + hashlib.new(hash_name, document_text).digest()

    def create(self, secured: SecuredDocument, signer: Signer, transformer: Transformer) -> dict[str, Any]:
        key_type = signer.public_key.key_type
        choice = self._choice(key_type, secured.pointer)
        proof = dict(secured.proof)
        if self.transformation == "jcs" and "@context" in secured.document:
            # VC-DI-EDDSA 3.3.1 step 2: so that contexts which others append later do not break the proof.
            proof["@context"] = secured.document["@context"]
        message = self.signing_input(SecuredDocument(secured.document, proof, secured.pointer), key_type, transformer)
        return {**proof, "proofValue": multibase_encode(sign_with(signer, message, choice.algorithm))}

    def verify(self, secured: SecuredDocument, key: PublicKey, transformer: Transformer) -> None:
        choice = self._choice(key.key_type, secured.pointer)
        signature = _proof_value(secured, choice)
        try:
            key.verify(signature, self.signing_input(secured, key.key_type, transformer), algorithm=choice.algorithm)
        except Refused as problem:
            if problem.code != "signature_invalid":
                raise
            raise Refused(
                "signature_invalid",
                "the signature does not fit: the document or the proof was changed after signing, or another key signed",
                pointer=f"{secured.pointer}/proofValue",
            ) from problem

    def _context_brought(self, secured: SecuredDocument) -> list[str]:
        """What the proof adds to the document's contexts, in JSON-LD's order. Raises as `refuse_other_context`."""
        if self.context_in_proof is not None and as_list(secured.proof.get("@context")) == [self.context_in_proof]:
            return [self.context_in_proof]
        secured.refuse_other_context()
        return []

    def _choice(self, key_type: KeyType, pointer: str) -> KeyChoice:
        for choice in self.keys:
            if choice.key_type == key_type:
                return choice
        expected = " or ".join(choice.key_type for choice in self.keys)
        raise Refused(
            "key_type_mismatch",
            f"{self.name or self.proof_type} is signed with a key of type {expected}; the verification method holds "
            f"a key of type {key_type}",
            pointer=f"{pointer}/verificationMethod",
        )


def _proof_value(secured: SecuredDocument, choice: KeyChoice) -> bytes:
    pointer = f"{secured.pointer}/proofValue"
    value = secured.proof.get("proofValue")
    if not isinstance(value, str):
        raise Malformed("proof_value_missing", "expected proofValue to be a multibase string", pointer=pointer)
    # VC-DI-EDDSA 3.2.2 and VC-DI-ECDSA 3.2.2: base58-btc, and nothing else.
    signature = multibase_decode(value, allowed="z", pointer=pointer)
    if len(signature) != choice.signature_bytes:
        raise Refused(
            "signature_invalid",
            f"expected a signature of {choice.signature_bytes} bytes, found {len(signature)}",
            pointer=pointer,
        )
    return signature


def _with_context_of_proof(document: Mapping[str, Any], options: Mapping[str, Any]) -> Mapping[str, Any]:
    """The document as the signer saw it, when contexts were appended later (VC-DI-EDDSA 3.3.2 step 4)."""
    return {**document, "@context": options["@context"]} if "@context" in options else document
