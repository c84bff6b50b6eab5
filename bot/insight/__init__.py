"""What the bot understands and what it does not: reports, unclear messages, examples, and whether a new model may serve."""
