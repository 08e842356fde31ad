"""Anybody may have a credential checked, by page or by API: public, limited, and nothing is kept."""
