"""Groups of commands of the command line, a module each; `__main__` adds them and knows the exit codes.

A module here imports the library when a command runs and not before, so that `vcwallet --help` stays quick.
"""
