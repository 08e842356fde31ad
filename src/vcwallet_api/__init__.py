"""vcwallet_api: the wallet service, a thin house around the library.

It knows accounts, mail, storage and HTTP. What a credential is, and whether it is any good, it asks `vcwallet`, of which it
uses public names only. `app.create_app` puts the parts together; docs/architecture.md has the map.
"""
