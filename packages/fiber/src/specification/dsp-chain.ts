/** The DSP chain that a specification means: default chain, disabled blocks dropped, every parameter filled in. */
import type { LinkSpecification } from "./schema.ts";

/** One block of the resolved chain. Sampling rates in hertz, windows in symbols; an equaliser's taps are whole numbers. */
export type DspBlock =
  | { readonly name: "resample"; readonly outputRateHz: number | undefined }
  | { readonly name: "matched_filter" }
  | { readonly name: "cd_comp" }
  | {
      readonly name: "mimo_eq";
      readonly type?: EqualiserAlgorithm;
      readonly tapCount: number;
      readonly stepSize: number;
    }
  | { readonly name: "ffe"; readonly tapCount: number; readonly stepSize: number }
  | { readonly name: "cpr"; readonly averagingWindowSymbols: number; readonly testAngleCount: number }
  | { readonly name: "demap"; readonly isSoft: boolean };

/** How an equaliser of two polarisations adapts: data-aided LMS, LMS normalised by the energy in the filter, or constant modulus. Default `lms`. */
export type EqualiserAlgorithm = "lms" | "nlms" | "cma";

/** Name of a DSP block. */
export type DspBlockName = DspBlock["name"];

/** The chains that an empty `dsp_chain` stands for. */
export const DEFAULT_DSP_CHAIN = {
  coherent: ["resample", "matched_filter", "cd_comp", "mimo_eq", "cpr", "demap"],
  imdd: ["resample", "matched_filter", "ffe", "demap"],
} as const satisfies Readonly<Record<string, readonly DspBlockName[]>>;

/** Taps of an equaliser whose `taps` is not given. */
export const DEFAULT_TAP_COUNT = { mimo_eq: 15, ffe: 11 } as const;

/** The enabled blocks in order of execution, each with all its parameters. An empty chain is the default of the format. */
export function resolveDspChain(specification: ChainSpecification): readonly DspBlock[] {
  return chainGiven(specification)
    .filter(({ enabled }) => enabled)
    .map(resolveBlock);
}

/** The chain as blocks of the document, before disabled ones are dropped; for what needs to know what was given. */
export function chainGiven({ processing, signal }: ChainSpecification): readonly DspBlockDocument[] {
  if (processing.dsp_chain.length > 0) return processing.dsp_chain;
  const names = signal.format === "coherent_qpsk" ? DEFAULT_DSP_CHAIN.coherent : DEFAULT_DSP_CHAIN.imdd;
  return names.map((name) => ({ name, enabled: true, params: {} }));
}

/** What the chain of a specification depends on. */
export interface ChainSpecification {
  readonly processing: Pick<LinkSpecification["processing"], "dsp_chain">;
  readonly signal: Pick<LinkSpecification["signal"], "format">;
}

/** A block as the document writes it. */
export type DspBlockDocument = LinkSpecification["processing"]["dsp_chain"][number];

function resolveBlock(block: DspBlockDocument): DspBlock {
  switch (block.name) {
    case "resample":
      return { name: block.name, outputRateHz: block.params.out_fs_hz };
    case "matched_filter":
    case "cd_comp":
      return { name: block.name };
    case "mimo_eq":
      return { name: block.name, type: block.params.type ?? "lms", ...equaliserSettings(block) };
    case "ffe":
      return { name: block.name, ...equaliserSettings(block) };
    case "cpr":
      return {
        name: block.name,
        averagingWindowSymbols: block.params.avg_window ?? 8,
        testAngleCount: block.params.test_angles ?? 64,
      };
    case "demap":
      return { name: block.name, isSoft: block.params.soft ?? false };
    default:
      return block satisfies never;
  }
}

function equaliserSettings({ name, params }: Extract<DspBlockDocument, { readonly name: "mimo_eq" | "ffe" }>) {
  return { tapCount: params.taps ?? DEFAULT_TAP_COUNT[name], stepSize: params.mu ?? 1e-3 };
}
