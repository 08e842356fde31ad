"""Verifying badges of Open Badges 2.0 and older: the same questions, by a road of their own."""
