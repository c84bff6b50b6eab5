"""Desks that companies already have, each behind one contract (base.py). What is sent, when and how often is bot/desk/outbox's business."""
