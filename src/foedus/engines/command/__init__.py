"""Who commands: chains of command and leads, held side by side by one criterion at a time."""
