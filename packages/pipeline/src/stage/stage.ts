import { z } from "@simloom/units/zod";
import { PipelineError } from "../errors.ts";
import type { Resources, StageContext } from "./context.ts";
import type { Ports, ValuesOf } from "./port.ts";

/** What a stage is: a name, typed ends, and a pure function of configuration, inputs and context. */
export interface StageDefinition<
  C extends z.ZodType,
  I extends Ports,
  O extends Ports,
  P extends string,
  R extends string,
> {
  /** `domain/stage`, lower case with hyphens. Part of the key. */
  readonly name: string;
  /** Raise it when the meaning changes in a way that the code does not show. Part of the key. */
  readonly version: number;
  /** A strict zod object. Its output, defaults filled in, is part of the key. Default: no configuration. */
  readonly config?: C;
  readonly inputs?: I;
  readonly outputs: O;
  /** The only policy keys that the stage may read; only these enter its key. */
  readonly policy?: readonly P[];
  /** Names of the random streams it draws from. A stage that names any is stochastic: the seed enters its key. */
  readonly random?: readonly R[];
  readonly resources?: Resources | ((config: z.output<C>) => Resources);
  run(context: StageContext<z.output<C>, ValuesOf<I>, P, R>): ValuesOf<O> | Promise<ValuesOf<O>>;
}

/** Where a stage lives, so that another thread, process or machine can load it: the module that declares it. */
export interface StageModule {
  readonly url: string;
}

const mark: unique symbol = Symbol.for("simloom.stage");

/** A declared stage. The type parameters carry config and ports to the graph builder. */
export interface Stage<
  C extends z.ZodType = z.ZodType,
  I extends Ports = Ports,
  O extends Ports = Ports,
  P extends string = string,
  R extends string = string,
> {
  readonly [mark]: true;
  readonly name: string;
  readonly version: number;
  readonly module: StageModule | undefined;
  readonly config: C;
  readonly inputs: I;
  readonly outputs: O;
  readonly policy: readonly P[];
  readonly random: readonly R[];
  readonly resources: (config: z.output<C>) => Resources;
  run(context: StageContext<z.output<C>, ValuesOf<I>, P, R>): ValuesOf<O> | Promise<ValuesOf<O>>;
}

/** A stage whose exact types do not matter. */
// biome-ignore lint/suspicious/noExplicitAny: the parameters are contravariant in `run`; any is the only common supertype
export type AnyStage = Stage<any, any, any, any, any>;

const PORT = /^[A-Za-z_][A-Za-z0-9_]*$/;
const NAME = /^[a-z0-9][a-z0-9-]*(\/[a-z0-9][a-z0-9-]*)*$/;

/**
 * Declares a stage. Pass `import.meta` so that workers can load it by module and export; a stage that is not exported
 * from its module, or closes over local variables, runs inline only.
 *
 * Errors: PIPE-010 when the name, the version or a port's name is unusable.
 */
/* @__NO_SIDE_EFFECTS__ */
export function defineStage<
  O extends Ports,
  C extends z.ZodType = typeof noConfig,
  // biome-ignore lint/complexity/noBannedTypes: no inputs at all is the honest default
  I extends Ports = {},
  const P extends string = never,
  const R extends string = never,
>(module: StageModule | undefined, definition: StageDefinition<C, I, O, P, R>): Stage<C, I, O, P, R> {
  const { name, version, resources } = definition;
  if (!NAME.test(name) || !Number.isInteger(version) || version < 1) {
    throw new PipelineError({
      code: "PIPE-010",
      message: `a stage cannot be called ${JSON.stringify(name)} with version ${version}`,
      remedy: "Use a name like fiber/amplifier (lower case, digits, hyphens) and a version of 1 or more.",
    });
  }
  for (const port of [...Object.keys(definition.inputs ?? {}), ...Object.keys(definition.outputs)]) {
    if (PORT.test(port)) continue;
    throw new PipelineError({
      code: "PIPE-010",
      message: `a port of stage ${name} cannot be called ${JSON.stringify(port)}`,
      remedy: "Use a name that TypeScript could use: letters, digits and _, a letter first.",
      path: port,
    });
  }
  return Object.freeze({
    [mark]: true as const,
    name,
    version,
    module: module === undefined ? undefined : Object.freeze({ url: module.url }),
    config: (definition.config ?? noConfig) as C,
    inputs: Object.freeze({ ...(definition.inputs ?? ({} as I)) }) as I,
    outputs: Object.freeze({ ...definition.outputs }) as O,
    policy: Object.freeze([...(definition.policy ?? [])]),
    random: Object.freeze([...(definition.random ?? [])]),
    resources: typeof resources === "function" ? resources : () => resources ?? {},
    run: definition.run,
  });
}

const noConfig = z.strictObject({});

/** True for a stage that was declared without a configuration: nothing but an empty one fits it. */
export function takesNoConfig(stage: AnyStage): boolean {
  return stage.config === noConfig;
}

/** True for what {@link defineStage} made, in this or another copy of the package. */
export function isStage(value: unknown): value is AnyStage {
  return typeof value === "object" && value !== null && (value as { [mark]?: unknown })[mark] === true;
}

/** True when the stage draws random numbers, so that its result depends on the seed. */
export function isStochastic(stage: AnyStage): boolean {
  return stage.random.length > 0;
}
