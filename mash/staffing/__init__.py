"""What the coming weeks are likely to bring, and what would change it: a simulation of the front door. Pure."""
