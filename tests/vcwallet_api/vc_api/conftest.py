"""One VC API for all tests of it: its processes take a while to start."""

import pytest
from litestar import Litestar
from litestar.di import Provide
from litestar.testing import TestClient

from tests.vcwallet_api.vc_api.callers import AT, SECRET, world
from vcwallet import StaticFetcher
from vcwallet_api.languages import Languages
from vcwallet_api.problems import ProblemAnswers
from vcwallet_api.rendering import Pages
from vcwallet_api.vc_api.routes import vc_api_router
from vcwallet_api.vc_api.service import VcApi
from vcwallet_api.verification.worker_pool import WorkerPool


@pytest.fixture(scope="package")
def pool():
    pool = WorkerPool(known=StaticFetcher(world()), may_fetch=False)
    yield pool
    pool.close()


@pytest.fixture(scope="package")
def clock():
    """What time it is for the VC API: a list of one, which a test may change for itself."""
    return [AT]


@pytest.fixture(autouse=True)
def _now(clock):
    clock[0] = AT


@pytest.fixture(scope="package")
def api(pool, clock):
    api = VcApi(SECRET, "https://wallet.example/vc", pool, lambda: clock[0])
    yield api
    api.close()


@pytest.fixture(scope="package")
def client(api):
    app = Litestar(
        [vc_api_router()],
        dependencies={"vc_api": Provide(lambda: api, sync_to_thread=False)},
        exception_handlers={Exception: ProblemAnswers(Pages(Languages("en")), cookie="session")},
    )
    with TestClient(app) as client:
        yield client
