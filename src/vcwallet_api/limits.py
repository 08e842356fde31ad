"""How often one visitor may ask, counted in the memory of this process.

Counted is by network address, which is kept nowhere else and is forgotten with the window. With several processes each
counts for itself; what must hold exactly, such as the tries of a code, is counted in the database.
"""

import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Final

from vcwallet_api.refusals import TooMuch

# Visitors that are counted at the same time; of more, those who came first are forgotten. About 10 MB.
_MAX_COUNTED: Final = 50_000
# Whoever has one address of IPv6 has all of its network (RFC 6177): they are one visitor.
_IPV6_NETWORK_BITS: Final = 64
# Some proxies write the port behind an address, another one each time: `192.0.2.1:5000`, `[2001:db8::1]:5000`.
_WITH_PORT: Final = re.compile(r"\[([^]]+)\](?::\d+)?|([\d.]+):\d+")


@dataclass(frozen=True, slots=True)
class Limit:
    """So many in so many seconds."""

    name: str
    times: int
    seconds: int


class VisitorLimits:
    """Counts, in windows of fixed length. `clock` counts seconds and never goes back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._counts: OrderedDict[tuple[str, str], tuple[int, int]] = OrderedDict()

    def count(self, limit: Limit, visitor: str) -> None:
        """Count one more. Raises TooMuch `too_many_requests` when that is too many."""
        now = self._clock()
        window, key = int(now // limit.seconds), (limit.name, visitor)
        with self._lock:
            counted_in, count = self._counts.pop(key, (window, 0))
            count = count + 1 if counted_in == window else 1
            self._counts[key] = (window, count)
            if len(self._counts) > _MAX_COUNTED:
                self._counts.popitem(last=False)
        if count > limit.times:
            raise TooMuch("too_many_requests", max(1, int((window + 1) * limit.seconds - now) + 1))


def network_of(host: str) -> str:
    """Whom an address of the network stands for; a text that is none stands for itself."""
    match = _WITH_PORT.fullmatch(host)
    text = (match[1] or match[2]) if match else host
    try:
        address = ip_address(text)
    except ValueError:
        return host
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    # Without the zone (RFC 4007), which is the name of an interface here.
    return str(IPv6Network((int(address), _IPV6_NETWORK_BITS), strict=False))


# Whoever mistypes addresses and codes needs a few; whoever tries them out needs thousands.
SIGN_IN_LIMIT: Final = Limit("sign_in", 20, 600)
CODE_LIMIT: Final = Limit("code", 60, 600)
# A school behind one address; guessing a link would take longer than there is time.
CLAIM_LIMIT: Final = Limit("claim", 120, 600)
# Each is a verification, which is work.
IMPORT_LIMIT: Final = Limit("import", 120, 600)
# By account instead of network address: whoever is signed in could else have mail sent to one stranger after the other.
CODES_OF_ACCOUNT_LIMIT: Final = Limit("codes_of_account", 30, 3600)
