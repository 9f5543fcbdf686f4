"""Who can bridge: the network of ties between camps."""
