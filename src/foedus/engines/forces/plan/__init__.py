"""The force plan: who sends which units when, under whose command, and how good the plan is."""
