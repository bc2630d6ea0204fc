"""Two keys under concurrency: random histories of four clients, each checked against a sequential model."""
