"""An address as a QR code, for paper: a picture that stands in the page itself, black on white whatever the page's colours.

Error correction M survives a fold and some ink; the quiet zone of four modules is what the standard asks for
(ISO/IEC 18004).
"""

import segno

_QUIET_ZONE = 4


def qr_picture(address: str) -> str:
    """The `src` of an image that leads whoever scans it to this address."""
    code = segno.make_qr(address, error="m", boost_error=False)
    return code.svg_data_uri(border=_QUIET_ZONE, dark="#000", light="#fff", omitsize=True)
