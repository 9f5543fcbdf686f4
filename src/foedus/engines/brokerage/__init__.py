"""Brokerage: who can be the bridge between camps, by the ties there are."""
