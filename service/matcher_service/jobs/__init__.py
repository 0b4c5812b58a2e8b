"""What takes long: jobs in a table, leased by workers, each in its own process."""
