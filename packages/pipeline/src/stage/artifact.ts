import type { Value } from "../value/value.ts";

/** What a stage may emit beside its outputs. */
export type ArtifactContent =
  | { readonly kind: "plot"; readonly title: string; readonly plot: Value }
  | { readonly kind: "data"; readonly title: string; readonly data: Value }
  | { readonly kind: "text"; readonly title: string; readonly mediaType: string; readonly text: string }
  | { readonly kind: "file"; readonly title: string; readonly mediaType: string; readonly bytes: Uint8Array };

/** An emitted artifact, as results and manifests list it. `content` is loaded on demand. */
export interface Artifact {
  readonly name: string;
  readonly content: ArtifactContent;
}
