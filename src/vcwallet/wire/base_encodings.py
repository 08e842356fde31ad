"""Bytes written as text: base64url, base58btc, multibase, and the multicodec prefix that says what the bytes are.

Each text has exactly one meaning and each sequence of bytes exactly one text: padding, white space, stray trailing bits
and over-long varints are refused, because a second spelling of a signature is a signature that was never made.

base64url and base58btc carry every signature, so they are written for speed here; the multiformats library knows the
rarer bases and the names of the codecs, and is the oracle of the tests.
"""

import binascii
from typing import Final, Literal

from vcwallet.errors import Malformed

# Decoding base58 takes time that grows with the square of the length. The longest we have a use for is an RSA key of
# 16,384 bits in a did:key, 2,820 characters; at this limit decoding takes about two milliseconds.
MAX_BASE58_CHARACTERS: Final = 4096

_BASE58_ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BASE58_VALUES: Final = {character: value for value, character in enumerate(_BASE58_ALPHABET)}
_TO_URL_ALPHABET: Final = bytes.maketrans(b"+/", b"-_")
# "+" and "/" become something that is in no alphabet, so that base64 is not taken for base64url.
_FROM_URL_ALPHABET: Final = bytes.maketrans(b"-_+/", b"+/!!")

# multiformats/unsigned-varint: "varints are limited to 9 bytes".
_MAX_VARINT_BYTES: Final = 9


def base64url_encode(data: bytes) -> str:
    """RFC 4648 section 5 without padding, as JOSE writes it (RFC 7515 section 2)."""
    return binascii.b2a_base64(data, newline=False).rstrip(b"=").translate(_TO_URL_ALPHABET).decode("ascii")


def base64url_decode(text: str, *, pointer: str = "") -> bytes:
    """The bytes of an unpadded base64url text; raises Malformed base64url for any other spelling."""
    try:
        data = binascii.a2b_base64(text.encode("ascii").translate(_FROM_URL_ALPHABET) + b"=" * (-len(text) % 4))
    except (UnicodeEncodeError, binascii.Error):
        data = b""
    # Only the one right text survives the way there and back: no padding, no stray characters or trailing bits.
    if base64url_encode(data) != text:
        raise Malformed(
            "base64url",
            f"expected base64url without padding (A-Z a-z 0-9 - _, unused bits zero), found {_shortened(text)}",
            pointer=pointer,
        )
    return data


def base58btc_encode(data: bytes) -> str:
    """Base58 with the Bitcoin alphabet, without a multibase prefix."""
    zeros = len(data) - len(data.lstrip(b"\0"))
    number = int.from_bytes(data, "big")
    characters: list[str] = []
    while number:
        number, remainder = divmod(number, 58)
        characters.append(_BASE58_ALPHABET[remainder])
    return "1" * zeros + "".join(reversed(characters))


def base58btc_decode(text: str, *, pointer: str = "") -> bytes:
    """The bytes of a base58btc text without a multibase prefix; raises Malformed base58btc."""
    if len(text) > MAX_BASE58_CHARACTERS:
        raise Malformed(
            "base58btc", f"base58 of more than {MAX_BASE58_CHARACTERS} characters is not read", pointer=pointer
        )
    number = 0
    try:
        for character in text:
            number = number * 58 + _BASE58_VALUES[character]
    except KeyError as exc:
        raise Malformed(
            "base58btc", f"{exc.args[0]!r} is not in the base58 alphabet of {_shortened(text)}", pointer=pointer
        ) from None
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def multibase_encode(data: bytes, prefix: Literal["z", "u"] = "z") -> str:
    """The data in the base named by the prefix: "z" is base58btc, "u" is base64url without padding."""
    if prefix == "z":
        return "z" + base58btc_encode(data)
    if prefix == "u":
        return "u" + base64url_encode(data)
    raise ValueError(f"expected the prefix z or u, found {prefix!r}")


def multibase_decode(text: str, *, allowed: str = "zu", pointer: str = "") -> bytes:
    """The bytes of a multibase text (CID 1.0 section 2.4) whose prefix is one of `allowed`.

    Any base of the multibase table may be allowed; z and u are the ones that Controlled Identifiers 1.0 and Data
    Integrity 1.0 use. Raises Malformed multibase.
    """
    prefix = text[:1]
    if not prefix or prefix not in allowed:
        wanted = " or ".join(allowed)
        raise Malformed(
            "multibase",
            f"expected a multibase text that begins with {wanted}, found {_shortened(text)}",
            pointer=pointer,
        )
    try:
        if prefix == "z":
            return base58btc_decode(text[1:])
        if prefix == "u":
            return base64url_decode(text[1:])
    except Malformed as exc:
        raise Malformed("multibase", exc.problem.message, pointer=pointer) from exc
    return _decode_rare_base(text, pointer)


def _decode_rare_base(text: str, pointer: str) -> bytes:
    from multiformats import multibase  # noqa: PLC0415 - loaded when first used: it takes 85 ms

    if len(text) > MAX_BASE58_CHARACTERS:  # The table has other bases that are not powers of two.
        raise Malformed(
            "multibase",
            f"a multibase text of more than {MAX_BASE58_CHARACTERS} characters is not read",
            pointer=pointer,
        )
    try:
        encoding, data = multibase.decode_raw(text)
        # The library takes sloppy spellings, with stray bits or padding; only the one it would write itself is right.
        # Upper and lower case have prefixes of their own.
        is_exact = encoding.encode(data) == text
    except (ValueError, KeyError, ArithmeticError) as exc:
        raise Malformed("multibase", f"not a multibase text: {_shortened(text)}", pointer=pointer) from exc
    if not is_exact:
        raise Malformed("multibase", f"not the one spelling of its bytes: {_shortened(text)}", pointer=pointer)
    return bytes(data)


def multicodec_wrap(name_or_code: str | int, data: bytes) -> bytes:
    """The data behind its multicodec prefix. Raises ValueError for a name that the multicodec table does not know."""
    if isinstance(name_or_code, str):
        from multiformats import multicodec  # noqa: PLC0415 - loaded when first used: it takes 85 ms

        try:
            code: int = multicodec.get(name_or_code).code
        except KeyError as exc:
            raise ValueError(f"the multicodec table has no {name_or_code!r}") from exc
    else:
        code = name_or_code
    if not 0 <= code < 1 << 7 * _MAX_VARINT_BYTES:
        raise ValueError(f"a multicodec code has at most {7 * _MAX_VARINT_BYTES} bits and no sign")
    varint = bytearray()
    while code > 0x7F:  # noqa: PLR2004 - seven bits in each byte
        varint.append(code & 0x7F | 0x80)
        code >>= 7
    varint.append(code)
    return bytes(varint) + data


def multicodec_split(data: bytes, *, pointer: str = "") -> tuple[int, bytes]:
    """The code in front of the data, and the data. Raises Malformed multicodec, also for varints that are not minimal.

    Whether the code is known is for the caller to say.
    """
    code = 0
    for place, byte in enumerate(data[:_MAX_VARINT_BYTES]):
        code |= (byte & 0x7F) << 7 * place
        if byte & 0x80:
            continue
        if byte == 0 and place > 0:
            raise Malformed("multicodec", "the multicodec prefix is a varint longer than it need be", pointer=pointer)
        return code, data[place + 1 :]
    raise Malformed("multicodec", "the data do not begin with a complete multicodec prefix", pointer=pointer)


def _shortened(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:40]}…")  # noqa: PLR2004 - only for reading
