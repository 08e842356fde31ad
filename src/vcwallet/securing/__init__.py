"""How a JSON document is protected: embedded proofs and tokens. Knows JSON and keys, not credentials."""
