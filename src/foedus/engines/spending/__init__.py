"""Spending: what targets, a force and a peace cost, and who has room for it."""
