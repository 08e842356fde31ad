"""Public keys: what they are, how they are written, and what they can verify.

Whose key it is, and whether it may speak for an issuer, is decided elsewhere.
"""
