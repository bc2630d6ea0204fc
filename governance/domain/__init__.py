"""The arithmetic of clocks: plain Python, no database."""
