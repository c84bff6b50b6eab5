"""The agents' console: who is signed in, its HTTP interface, its one page. What happens to tickets is decided in bot/desk, not here."""
