// Contexts with threads and native code
export { createNodeContext, type NodeContextOptions } from "./node-context.ts";
export { type NodeHostOptions, nodeHost } from "./node-host.ts";

// The C text of a program
export { cSource } from "./native/c-source.ts";
