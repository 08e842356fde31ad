"""What can be done with credentials: the only place where the specialists meet."""
