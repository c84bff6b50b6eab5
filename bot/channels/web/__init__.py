"""The website's channel: session, messages, files, case and stream over HTTP (docs/architecture.md, "Public HTTP"), and the widget."""
