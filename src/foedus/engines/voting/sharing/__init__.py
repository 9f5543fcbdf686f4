"""How a joint cost or gain is shared: games with side payments of up to 15 players."""
