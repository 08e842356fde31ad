"""The W3C VC API for developers and test suites: issue, present, verify, status lists and DIDs, without authentication.

Off by default: whoever reaches it can have anything signed with its keys. They are its own, and sign nothing else.
"""
