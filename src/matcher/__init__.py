"""matcher: plans for dual learning, with a proof and an explanation."""
