"""Scripts that make data for the project: contexts, schemas, vectors and samples. Never in the wheel."""
