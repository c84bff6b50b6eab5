"""Runs the trained graph's components one after the other; which ones a result needs, and in what order, is worked out once.

Rasa's own runner builds and sorts a dask graph anew for every message, and again for every prediction of the next action.
"""
from __future__ import annotations

from graphlib import TopologicalSorter
from typing import Any

from rasa.core.agent import Agent
from rasa.engine.graph import ExecutionContext, GraphNode, GraphNodeHook, GraphSchema
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.storage import ModelStorage

Step = tuple[str, GraphNode, tuple[str, ...]]


class PlannedRunner(GraphRunner):
    """A GraphRunner as Rasa's interface asks for; gives what DaskGraphRunner gives."""

    def __init__(self, schema: GraphSchema, nodes: dict[str, GraphNode]) -> None:
        self._schema, self._nodes = schema, nodes
        self._plans: dict[tuple[str, ...], tuple[Step, ...]] = {}

    @classmethod
    def create(cls, graph_schema: GraphSchema, model_storage: ModelStorage, execution_context: ExecutionContext,
               hooks: list[GraphNodeHook] | None = None) -> PlannedRunner:
        """Makes the components."""
        return cls(graph_schema, {name: GraphNode.from_schema_node(name, node, model_storage, execution_context, hooks)
                                  for name, node in graph_schema.nodes.items()})

    def run(self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        """The outputs of the targets by name. Raises GraphComponentException when a component does."""
        wanted = tuple(targets or self._schema.target_names)
        plan = self._plans.get(wanted)
        if plan is None:
            plan = self._plans[wanted] = self._planned(wanted)
        made = {name: (name, value) for name, value in (inputs or {}).items()}
        for name, node, needs in plan:
            made[name] = node(*(made[need] for need in needs))
        return {name: made[name][1] for name in wanted}

    def _planned(self, targets: tuple[str, ...]) -> tuple[Step, ...]:
        schema = self._schema.minimal_graph_schema(list(targets))
        order = TopologicalSorter({name: list(node.needs.values()) for name, node in schema.nodes.items()}).static_order()
        return tuple((name, self._nodes[name], tuple(schema.nodes[name].needs.values())) for name in order if name in schema.nodes)


def planned(agent: Agent) -> None:
    """Has the agent's messages run by plan. The components are those that are loaded: loading them again would take their memory twice."""
    runner = agent.processor.graph_runner
    if not isinstance(runner, PlannedRunner):
        agent.processor.graph_runner = PlannedRunner(runner._graph_schema, runner._instantiated_nodes)
