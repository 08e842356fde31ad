"""Bytes and text from outside, made into values without ambiguity.

The lowest layer: it knows encodings, and nothing about credentials, keys or proofs.
"""
