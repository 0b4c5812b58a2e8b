"""Steps that bring the tables of an older version up to date."""
