"""Read StatusList2021 (W3C Credentials Community Group), from which Bitstring Status List 1.0 came. Reading only.

Credentials with such an entry are in circulation; new ones use the Recommendation. Types have other names, a status is
always one bit, and the list is base64url without a multibase prefix.
"""

from typing import Final

from vcwallet.status import bitstring
from vcwallet.status.bitstring_list import BitstringListMethod
from vcwallet.wire.base_encodings import base64url_decode


def decode_list(text: str) -> bytes:
    """The bits of an `encodedList`. Raises Malformed base64url, compressed_data, decompressed_too_large."""
    return bitstring.expand(base64url_decode(text))


STATUS_LIST_2021: Final = BitstringListMethod(
    entry_type="StatusList2021Entry",
    credential_type="StatusList2021Credential",
    list_type="StatusList2021",
    decode=decode_list,
    has_sizes=False,
)
