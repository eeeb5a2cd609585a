"""An invented history shaped by published figures, for demonstration and speed tests. No real person is in it."""
