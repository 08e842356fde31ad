"""Everything that knows which database this is: tables, sessions, column types and migrations."""
