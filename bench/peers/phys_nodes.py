"""phys-pipeline, the package that Simloom replaces: graphs of stages that add one."""

from case import Timer, check, serve
from phys_pipeline import DagExecutor, NodeSpec, PipelineStage, StageConfig, StageResult
from phys_pipeline.types import DagState, SimpleState


class Increment(PipelineStage):
    def process(self, state, *, policy=None):
        inputs = state.inputs.values() if isinstance(state, DagState) else [state]
        return StageResult(SimpleState(sum(one.payload for one in inputs) + 1))


def nodes(count, shape):
    with Timer() as timer:
        stage = Increment(StageConfig())
        specs = [
            NodeSpec(id=str(node), deps=[str(node - 1)] if node and shape == "chain" else [], op_name="add", stage=stage)
            for node in range(count)
        ]
        result = DagExecutor().run(SimpleState(0), specs)
        check(len(result.results), count)
    return timer.seconds


serve({"nodes": nodes})
