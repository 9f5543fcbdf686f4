"""Force generation: what nations can keep in place, and for how long."""
