"""The shape of a request to verify."""

import base64
import binascii
from dataclasses import dataclass
from typing import Any

import msgspec

from vcwallet_api.refusals import Unusable


class _AsWritten(msgspec.Struct):
    """The credential of a request as its sender wrote it: read into a value, a member that is there twice would be lost."""

    credential: msgspec.Raw = msgspec.Raw()


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyRequest:
    """What is to be verified: exactly one of the three.

    - `credential`: a credential or presentation as a JSON object; or as text, which is JSON or a token.
    - `file`: a file in base64, such as a picture with a badge inside.
    - `url`: an https address that leads to one.
    """

    credential: dict[str, Any] | str | None = None
    file: str | None = None
    url: str | None = None

    def data(self, body: bytes) -> bytes | None:
        """The bytes to verify, out of the body of this request; None when they are behind `url`.

        Raises Unusable `one_input_expected` or `file_encoding_wrong`.
        """
        given = [value for value in (self.credential, self.file, self.url) if value is not None]
        if len(given) != 1:
            raise Unusable("one_input_expected")
        if self.file is not None:
            try:
                return base64.b64decode(self.file, validate=True)
            except (binascii.Error, ValueError):
                raise Unusable("file_encoding_wrong") from None
        if isinstance(self.credential, str):
            return self.credential.encode(errors="surrogatepass")
        return None if self.credential is None else bytes(msgspec.json.decode(body, type=_AsWritten).credential)
