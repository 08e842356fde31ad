"""What a verifier is able to do: a frozen value of suites, algorithms, DID and status methods, contexts and the network.

Present means accepted: there is no second allow-list. `standard.py` lists what the library brings; an application adds
its own with `adding()`, which gives a new toolkit and changes nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from vcwallet.dids.method import DidMethod
from vcwallet.fetching.fetcher import Fetcher
from vcwallet.linked_data.context_loader import ContextLoader
from vcwallet.securing.cryptosuite import Cryptosuite
from vcwallet.status.method import StatusMethod


@dataclass(frozen=True, slots=True)
class Toolkit:
    """Everything that a verification may use from outside the credential. Picklable, and safe to share by threads."""

    cryptosuites: tuple[Cryptosuite, ...]
    jws_algorithms: tuple[str, ...]
    did_methods: tuple[DidMethod, ...]
    status_methods: tuple[StatusMethod, ...]
    contexts: ContextLoader
    fetcher: Fetcher

    def adding(
        self,
        *,
        cryptosuites: Iterable[Cryptosuite] = (),
        did_methods: Iterable[DidMethod] = (),
        status_methods: Iterable[StatusMethod] = (),
        contexts: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> "Toolkit":
        """A toolkit that can do this too. Raises `ValueError` for a name that is taken: nothing is replaced in silence."""
        suites, methods, statuses = tuple(cryptosuites), tuple(did_methods), tuple(status_methods)
        _refuse_taken({_suite_key(suite) for suite in self.cryptosuites}, [_suite_key(suite) for suite in suites])
        _refuse_taken({method.name for method in self.did_methods}, [method.name for method in methods])
        _refuse_taken({method.entry_type for method in self.status_methods}, [method.entry_type for method in statuses])
        return replace(
            self,
            cryptosuites=self.cryptosuites + suites,
            did_methods=self.did_methods + methods,
            status_methods=self.status_methods + statuses,
            contexts=self.contexts.adding(contexts) if contexts else self.contexts,
        )


def _suite_key(suite: Cryptosuite) -> str:
    return f"{suite.proof_type} {suite.name or ''}".rstrip()


def _refuse_taken(present: set[str], added: list[str]) -> None:
    for name in added:
        if name in present:
            raise ValueError(f"the toolkit already has {name}")
        present.add(name)
