"""What happens here and must be known at an outside desk, and the other way round: written down first, done later, each once and in order."""
