"""Who decides under a rule, who must be in the room, and what a seat is worth."""
