"""What the tests of threats send again and again."""

import base64
import json

from tools.make_learner_example import samples

ROPE = samples()["rope-work.json"]
UNKNOWN = "0190a000-0000-7000-8000-000000000000"
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
MARKUP = '<img src=x onerror=alert(1)>"><svg/onload=alert(1)> [x](javascript:alert(1))'


def cursor(*place):
    """A place in a list, as whoever forges one writes it."""
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")
