"""Keys: public ones as values that verify, private ones as signers.

Whose key it is, and whether it may speak for an issuer, is decided elsewhere.
"""
