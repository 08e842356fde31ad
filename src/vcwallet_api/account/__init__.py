"""Learners: how they sign in, which addresses are theirs, and the keys they hold."""
