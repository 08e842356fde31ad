"""The door to the outside world: what is fetched, how, and with which limits."""
