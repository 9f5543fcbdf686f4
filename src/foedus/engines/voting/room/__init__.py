"""The smallest rooms whose members carry a stated part of what a force needs."""
