"""Rasa's custom actions: one file each, no decisions. They run in the app, on its internal listener; what they do is bot/conversations/dialogue.py."""
