"""Selective disclosure for JSON Web Tokens (RFC 9901), one module for each thing that is done to a token.

    concealing        issuer    claims, and which may be withheld → token with all its disclosures
    disclosing        holder    token → token with chosen disclosures
    key_binding       both      the holder's own signature over what is presented, made and checked
    compact_form      verifier  text → the parts of a token
    processed_claims  verifier  the claims as the disclosures complete them, and the place of each
    token_kinds       verifier  what W3C credentials (vc+sd-jwt) and SD-JWT VC (dc+sd-jwt) add to that

Signatures are made and checked by `securing.jws`. Whose key it is, and whether the claims are right and in time, is for
the caller: nothing here is to be believed before the signature of the issuer has been checked.
"""
