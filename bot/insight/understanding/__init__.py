"""The part of bot/insight that needs the model: runs in the engine's environment, as `python -m bot.insight.understanding` (bot/insight/job.py)."""
