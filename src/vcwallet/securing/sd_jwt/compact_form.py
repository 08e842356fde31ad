"""An SD-JWT taken apart: the issuer's JWT, the disclosures, and perhaps the holder's key binding (RFC 9901, section 4).

The compact form is `JWT~disclosure~…~disclosure~`, with a second JWT behind the last tilde where the holder signs what is
presented. Every part is there and in its one spelling, or the text is refused. The JSON form (RFC 9901, section 8) says the
same in the members of a JWS, and is read as the compact form that it stands for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from vcwallet.errors import Malformed, Undecided
from vcwallet.securing.jws import MAX_TOKEN_CHARACTERS, UnverifiedJws, parse_compact
from vcwallet.securing.sd_jwt.disclosure import Disclosure, algorithm_of, digest, parse_disclosure
from vcwallet.wire.strict_json import parse_object

# A learner record of 500 badges in which twenty values of each can be withheld.
MAX_DISCLOSURES: Final = 10_000
# Far more signers than a token has ever been seen with.
_MAX_SIGNATURES: Final = 16


@dataclass(frozen=True, slots=True)
class UnverifiedSdJwt:
    """A token taken apart. Nothing in it is to be believed before `jws.verify` has returned for `unverified_jws`.

    `unverified_claims` are the claims as they were signed, with digests in the place of what can be withheld.
    """

    issuer_jwt: str = field(repr=False)
    unverified_jws: UnverifiedJws
    unverified_claims: dict[str, Any]
    disclosures: tuple[Disclosure, ...]
    key_binding_jwt: str | None

    @property
    def presentation(self) -> str:
        """The text without key binding, to the last tilde: what a key binding is about."""
        return compact(self.issuer_jwt, self.disclosures)

    @property
    def presentation_digest(self) -> str:
        """The claim `sd_hash` of a key binding (RFC 9901, section 4.3.1). Raises as `disclosure.check_algorithm`."""
        return digest(self.presentation, algorithm_of(self.unverified_claims))


def compact(issuer_jwt: str, disclosures: "tuple[Disclosure, ...] | list[Disclosure]") -> str:
    """The compact form without key binding."""
    return "".join(f"{part}~" for part in (issuer_jwt, *(disclosure.encoded for disclosure in disclosures)))


def parse_sd_jwt(text: str) -> UnverifiedSdJwt:
    """Take the compact form apart.

    Raises `Malformed` sd_jwt_malformed, disclosure_malformed, disclosure_name_reserved and what `jws.parse_compact` and
    `strict_json` raise, `Refused` jws_critical_header, and `Undecided` too_many_disclosures.
    """
    if len(text) > MAX_TOKEN_CHARACTERS:
        raise Malformed("sd_jwt_malformed", f"a token of more than {MAX_TOKEN_CHARACTERS:,} characters is not read")
    issuer_jwt, *encoded, last = text.split("~") if "~" in text else (text, None)
    if last is None:
        raise Malformed(
            "sd_jwt_malformed",
            "expected an SD-JWT: a JWT, then ~ before and behind every disclosure",
            hint="a JWT alone becomes an SD-JWT without disclosures by a ~ at its end",
        )
    if len(encoded) > MAX_DISCLOSURES:
        raise Undecided("too_many_disclosures", f"more than {MAX_DISCLOSURES:,} disclosures are not read")
    if last and last.count(".") != 2:  # noqa: PLR2004 - the dots of a compact JWS
        raise Malformed("sd_jwt_malformed", "expected the token to end in ~, or in a JWT that binds it to a key")
    if "" in encoded:
        raise Malformed("sd_jwt_malformed", "expected a disclosure between any two ~, found nothing")
    unverified_jws = parse_compact(issuer_jwt)
    return UnverifiedSdJwt(
        issuer_jwt=issuer_jwt,
        unverified_jws=unverified_jws,
        unverified_claims=parse_object(unverified_jws.payload),
        disclosures=tuple(parse_disclosure(part, number) for number, part in enumerate(encoded, 1)),
        key_binding_jwt=last or None,
    )


def parse_json_form(document: Mapping[str, Any]) -> tuple[UnverifiedSdJwt, ...]:
    """Take a JWS in JSON apart: one token for each signature, all with the same claims and disclosures.

    Only the first has the key binding, which is over the first signature (RFC 9901, section 8.1). Members of unprotected
    headers other than `disclosures` and `kb_jwt` are not looked at. Raises as `parse_sd_jwt`.
    """
    if ("signatures" in document) == ("signature" in document):
        raise Malformed("sd_jwt_malformed", "expected a JWS in JSON, with either signature or signatures")
    signatures = document.get("signatures", [document])
    if not isinstance(signatures, list) or not 1 <= len(signatures) <= _MAX_SIGNATURES:
        message = f"expected signatures to be an array of 1 to {_MAX_SIGNATURES}"
        raise Malformed("sd_jwt_malformed", message, pointer="/signatures")
    disclosures: list[str] = []
    tokens = []
    for number, signature in enumerate(signatures):
        place = f"/signatures/{number}" if "signatures" in document else ""
        if not isinstance(signature, Mapping):
            raise Malformed("sd_jwt_malformed", "expected a signature to be an object", pointer=place)
        header = signature.get("header", {})
        if not isinstance(header, Mapping):
            raise Malformed("sd_jwt_malformed", "expected header to be an object", pointer=f"{place}/header")
        if number and ("disclosures" in header or "kb_jwt" in header):
            message = "expected disclosures and kb_jwt only in the header of the first signature"
            raise Malformed("sd_jwt_malformed", message, pointer=f"{place}/header")
        if number == 0:
            disclosures = _texts(header.get("disclosures", []), f"{place}/header/disclosures")
        parts = [signature.get("protected"), document.get("payload"), signature.get("signature")]
        jwt = ".".join(_texts(parts, place))
        binding = _texts([header["kb_jwt"]], f"{place}/header/kb_jwt") if "kb_jwt" in header else [""]
        if binding == [""] and "kb_jwt" in header:
            raise Malformed("sd_jwt_malformed", "expected kb_jwt to be a JWT", pointer=f"{place}/header/kb_jwt")
        tokens.append(parse_sd_jwt("~".join((jwt, *disclosures, *binding))))
    return tuple(tokens)


def _texts(parts: Any, place: str) -> list[str]:
    """Texts without a tilde, which would move the borders between the parts."""
    if not isinstance(parts, list) or not all(isinstance(part, str) and "~" not in part for part in parts):
        raise Malformed("sd_jwt_malformed", "expected texts of base64url", pointer=place)
    return parts
