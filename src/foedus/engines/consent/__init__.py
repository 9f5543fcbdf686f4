"""Domestic consent: who would join, at which level."""
