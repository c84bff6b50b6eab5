"""The dialogue: pure functions from content, state and what was heard to a turn. No I/O, no clock, no Rasa, no Django."""
