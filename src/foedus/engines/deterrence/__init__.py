"""Whether a guarantee deters, and what follows if it does not: named games, solved exactly."""
