"""What can be wrong with a dataset: one module per kind of fault."""
