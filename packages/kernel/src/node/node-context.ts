import {
  createExecutionContext,
  type ExecutionContext,
  type ExecutionContextOptions,
} from "../context/execution-context.ts";
import { type NodeHostOptions, nodeHost } from "./node-host.ts";

export interface NodeContextOptions extends Omit<ExecutionContextOptions, "host">, NodeHostOptions {}

/** A context that has the threads of the machine and its C compiler. */
export function createNodeContext(options: NodeContextOptions = {}): ExecutionContext {
  const { cacheFolder, compiler, notice, ...rest } = options;
  const host = nodeHost({
    ...(cacheFolder !== undefined && { cacheFolder }),
    ...(compiler !== undefined && { compiler }),
    ...(notice !== undefined && { notice }),
  });
  return createExecutionContext({ ...rest, host });
}
