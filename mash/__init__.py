"""The front door for children at risk."""
