"""What the command line shows to people: reports, and the contents of credentials. Only `__main__` uses it.

Nothing here reads a file, verifies anything or decides anything; it turns values into lines on a screen.
"""
