"""Is it still good? Status lists: how they are read, and how an issuer writes them. Nothing is fetched or verified here."""
