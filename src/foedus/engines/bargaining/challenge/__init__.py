"""The challenge model: actors weigh whom to challenge, and give way to whom they must."""
