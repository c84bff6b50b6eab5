"""How people reach the bot: one package a channel; a channel authenticates and passes messages on, and decides nothing else."""
