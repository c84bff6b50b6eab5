"""The plots of a report as PNG. Topic names and labels are English: no font for Han characters is needed; messages stand in the page."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
import numpy as np  # noqa: E402
from matplotlib import pyplot as plt  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402

from bot.insight.outcomes import ASKED, MISSED, RIGHT, WRONG, Prediction  # noqa: E402
from bot.insight.understanding import figures  # noqa: E402

COLOURS = {RIGHT: "#2f7d4f", ASKED: "#e0b040", MISSED: "#9aa3ab", WRONG: "#c0392b"}
WORDS = {RIGHT: "right at once", ASKED: "asked back, right topic offered", MISSED: "not understood", WRONG: "acted upon wrongly"}
BLUE = "#2a5d9f"
DPI = 110


def draw(folder: Path, predictions: Sequence[Prediction], thresholds: Mapping[str, float], curve: Sequence[Mapping[str, float]] | None) -> list[tuple[str, Path]]:
    """Writes the plots into the folder; (title, file) of each in the page's order."""
    names, counts = figures.confusion(predictions)
    made = [("By topic", topics(figures.by_topic(names, counts))), ("Confusion matrix", confusion(names, counts)),
            ("Reliability", reliability(figures.reliabilities(predictions))),
            ("Thresholds", over_thresholds(figures.over_act(predictions, thresholds["clarify"]), figures.over_clarify(predictions), thresholds))]
    if curve:
        made.append(("Learning curve", learning(curve)))
    files = []
    for title, figure in made:
        path = folder / f"{title.lower().replace(' ', '-')}.png"
        figure.savefig(path, dpi=DPI, bbox_inches="tight", metadata={"Software": None})
        plt.close(figure)
        files.append((title, path))
    return files


def confusion(names: Sequence[str], counts: np.ndarray) -> Figure:
    """Rows: what was meant; columns: what was predicted, as shares of the row. The diagonal is left out of the colours' scale."""
    shares = counts / np.maximum(1, counts.sum(1, keepdims=True))
    size = max(6.0, 0.27 * len(names) + 3)
    figure, axes = plt.subplots(figsize=(size, size))
    off = shares.copy()
    np.fill_diagonal(off, 0)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=max(0.1, float(off.max()) * 1.2))
    for i, j in np.argwhere(counts):
        if i == j or counts[i, j] >= 2:
            axes.text(j, i, int(counts[i, j]), ha="center", va="center", fontsize=5.5, color="white" if i == j or shares[i, j] > 0.6 * max(0.1, off.max()) else "#333333")
    axes.set_xticks(range(len(names)), names, rotation=90, fontsize=7)
    axes.set_yticks(range(len(names)), names, fontsize=7)
    axes.set_xlabel("predicted (out_of_scope: not understood)")
    axes.set_ylabel("meant")
    return figure


def topics(rows: Sequence[Mapping[str, Any]]) -> Figure:
    """Recall and precision of every topic, the weakest on top."""
    figure, axes = plt.subplots(figsize=(8, max(2.5, 0.21 * len(rows) + 1)))
    place = np.arange(len(rows))
    axes.barh(place, [row["recall"] for row in rows], height=0.62, color="#a9c4e4", label="recall")
    axes.plot([row["precision"] for row in rows], place, "o", color=BLUE, markersize=4, label="precision")
    axes.set_yticks(place, [f"{row['topic']} ({row['messages']})" for row in rows], fontsize=7)
    axes.invert_yaxis()
    axes.set_xlim(0, 1.01)
    axes.grid(axis="x", alpha=0.3)
    axes.legend(loc="lower left", fontsize=8)
    return figure


def reliability(found: Mapping[str, tuple[Sequence[Mapping[str, float]], float]]) -> Figure:
    """What the model says against what is so; the size of a dot is the number of messages."""
    figure, panels = plt.subplots(1, len(found), figsize=(5 * len(found), 4.6), squeeze=False)
    for axes, (title, (bins, error)) in zip(panels[0], found.items()):
        most = max(row["messages"] for row in bins)
        axes.plot([0, 1], [0, 1], color="#999999", linewidth=1)
        axes.plot([row["said"] for row in bins], [row["found"] for row in bins], color=BLUE, linewidth=1)
        axes.scatter([row["said"] for row in bins], [row["found"] for row in bins], s=[20 + 180 * row["messages"] / most for row in bins], color=BLUE, zorder=3)
        axes.set_title(f"{title}\nexpected calibration error {error:.3f}", fontsize=9)
        axes.set_xlabel("chance the model gives")
        axes.set_ylabel("share that is so")
        axes.grid(alpha=0.3)
    figure.tight_layout()
    return figure


def over_thresholds(act: Mapping[str, Sequence[float]], clarify: Mapping[str, Sequence[float]], thresholds: Mapping[str, float]) -> Figure:
    """What other thresholds would do; the fitted ones are the dashed lines."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.4))
    order = (RIGHT, ASKED, MISSED, WRONG)
    left.stackplot(act["threshold"], [act[name] for name in order], colors=[COLOURS[name] for name in order], labels=[WORDS[name] for name in order])
    left.axvline(thresholds["act"], color="black", linestyle="--", linewidth=1)
    left.set(xlim=(0, 1), ylim=(0, 1), xlabel='threshold "act" on the chance that the first candidate is meant', ylabel="messages in scope")
    left.legend(loc="lower left", fontsize=7)
    right.plot(clarify["threshold"], clarify["outside"], color=COLOURS[RIGHT], label="out of scope, rejected")
    right.plot(clarify["threshold"], clarify["inside"], color=COLOURS[WRONG], label="in scope, rejected")
    right.axvline(thresholds["clarify"], color="black", linestyle="--", linewidth=1)
    right.set(xlim=(0, 1), ylim=(0, 1.01), xlabel='threshold "clarify" on the chance that it is in scope', ylabel="messages")
    right.grid(alpha=0.3)
    right.legend(loc="upper left", fontsize=7)
    figure.tight_layout()
    return figure


def learning(curve: Sequence[Mapping[str, float]]) -> Figure:
    """How often the likeliest topic is right with fewer examples."""
    figure, axes = plt.subplots(figsize=(6, 3.6))
    axes.plot([point["examples"] for point in curve], [point["accuracy"] for point in curve], "o-", color=BLUE)
    for point in curve:
        axes.annotate(f"{point['accuracy']:.1%}", (point["examples"], point["accuracy"]), textcoords="offset points", xytext=(0, 7), ha="center", fontsize=8)
    axes.set(xlabel="examples", ylabel="likeliest topic is right, in scope")
    axes.margins(y=0.15)
    axes.grid(alpha=0.3)
    return figure
