"""A document as one HTML page that needs nothing from anywhere and can be printed."""
from __future__ import annotations

from html import escape

from bot.records.document import Document

_STYLE = (
    "body{font:16px/1.6 system-ui,'Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;"
    "color:#1b1f24;background:#fff}h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem;border-bottom:1px solid #c8ccd1}"
    "dt{color:#57606a;font-size:.85rem;margin-top:.6rem}dd{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}p{white-space:pre-wrap;overflow-wrap:anywhere}"
    "footer{margin-top:2rem;font-size:.8rem;color:#57606a}@media print{body{margin:0;max-width:none}dd,p{break-inside:avoid}}"
)


def render(document: Document) -> str:
    """The page. Everything that anybody wrote stays text."""
    parts = [f'<!doctype html><html lang="{escape(document.language)}"><head><meta charset="utf-8">'
             '<meta name="viewport" content="width=device-width,initial-scale=1">'
             f"<title>{escape(document.title)}</title><style>{_STYLE}</style></head><body><h1>{escape(document.title)}</h1>"]
    for section in document.sections:
        parts.append(f"<section><h2>{escape(section.heading)}</h2><dl>")
        parts += [f"<dt>{escape(label)}</dt><dd>{escape(text)}</dd>" if label else f"<dd>{escape(text)}</dd>" for label, text in section.rows]
        parts.append("</dl></section>")
    parts.append(f"<footer><p>{escape(document.note)}</p></footer></body></html>")
    return "".join(parts)
