"""Forecasts of a negotiation: who wants what, how strongly, and what they may agree on."""
