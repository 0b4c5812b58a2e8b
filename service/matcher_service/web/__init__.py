"""Requests and answers: who asks, what is refused, in which form errors come."""
