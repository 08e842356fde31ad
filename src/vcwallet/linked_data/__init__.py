"""What a JSON-LD document says, as statements with a canonical form. Knows no credentials."""
