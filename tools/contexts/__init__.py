"""Bring the JSON-LD contexts into the source tree: see `tools/contexts/__main__.py`."""
