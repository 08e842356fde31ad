"""Work for later: a queue that is one table, and the worker that empties it."""
