"""Figures over rows: each with its numerator, denominator and unit."""
