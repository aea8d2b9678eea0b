import type { Domain } from "./subject.ts";

/** A domain by name, loaded when a document may be one of its own. */
export interface DomainEntry {
  readonly name: string;
  load(): Promise<Domain>;
}

/** The domains whose documents the command line reads. */
export const domains: readonly DomainEntry[] = [
  { name: "fiber", load: async () => (await import("./fiber-domain.ts")).fiberDomain },
  { name: "mold", load: async () => (await import("./mold-domain.ts")).moldDomain },
];
