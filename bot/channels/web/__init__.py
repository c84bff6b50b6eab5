"""The website's channel: session, messages, files and stream over HTTP (docs/architecture.md, "Public HTTP"), and the chat page."""
