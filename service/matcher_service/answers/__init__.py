"""Answers: runs kept in memory, and what each role may see of what they say."""
