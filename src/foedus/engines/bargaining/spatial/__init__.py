"""The spatial model of politics: probabilistic elections among positions, turn by turn."""
