"""How the documentation is built: Markdown by hand, nothing generated."""

project = "vcwallet"
extensions = ["myst_parser"]
html_theme = "furo"
exclude_patterns = ["_build"]
myst_heading_anchors = 3
suppress_warnings = ["myst.xref_missing"]
