"""Many draws at once: how to choose them, and what moves, survives or breaks over them."""
