"""Is it still good? Reads and writes status lists; fetches and verifies none."""
