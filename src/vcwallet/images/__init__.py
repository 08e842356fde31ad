"""Texts in and out of pictures, under a name the caller gives.

Knows the two kinds of picture that can carry a badge, and nothing about badges: which names mean a credential, and what
to do with its text, is for operations.baking.
"""
