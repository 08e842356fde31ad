"""The cryptosuites, one module per family."""
