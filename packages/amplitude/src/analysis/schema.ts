/** The analysis file: events, reaction, line shapes, parameters, waves and likelihood of one amplitude analysis. */
import { z } from "@simloom/units/zod";
import { kopfTables } from "../shape/kopf-table.ts";

const name = z.string().min(1);
const finite = z.number();

/** A number of the model that fits may vary. */
export const parameterSchema = z
  .strictObject({
    initial: z
      .union([finite, z.tuple([finite, finite])])
      .optional()
      .meta({
        description: "Value that fits start from and evaluations use; or a range, from which starts are drawn.",
      }),
    fixed: finite.optional().meta({ description: "Value at which it is held." }),
    bounds: z
      .tuple([finite.nullable(), finite.nullable()])
      .optional()
      .meta({ description: "Lowest and highest value; null for none." }),
    periodic: z.boolean().optional().meta({ description: "The bounds are one period." }),
    scale: finite.positive().optional().meta({ description: "Size of a typical change, for minimisers." }),
    unit: z
      .string()
      .optional()
      .meta({ description: "Unit of its values, such as GeV or 1/GeV^2; formulas that name it are checked." }),
    latex: z.string().optional(),
    description: z.string().optional(),
  })
  .meta({ description: "A parameter, by its initial value alone or with what else is known of it." });

const parameterValue = z.union([finite, parameterSchema]);

/** A number, or a formula over parameters and variables. */
const quantity = z.union([finite, z.string()]).meta({ description: "A number, or a formula." });

/** A column, or one number for all events. */
const column = z.union([finite, name]);

/** A part of a coupling: the initial value of a parameter of its own, that parameter in full, or a formula. */
const couplingPart = z.union([finite, z.string(), parameterSchema]);

const couplingSchema = z
  .union([
    finite,
    z.string(),
    z.strictObject({
      real: couplingPart.optional(),
      cartesian: z.tuple([couplingPart, couplingPart]).optional().meta({ description: "Real and imaginary part." }),
      polar: z.tuple([couplingPart, couplingPart]).optional().meta({ description: "Magnitude, and phase in radians." }),
    }),
  ])
  .meta({ description: "A constant, a formula, or one of real, cartesian and polar with parameters of its own." });

const masses = z.tuple([quantity, quantity]).meta({ description: "Masses of the two decay products, in GeV." });

const breitWignerSchema = z.strictObject({
  mass: quantity.meta({ description: "GeV" }),
  width: quantity.meta({ description: "GeV" }),
  l: z.int().min(0).max(8).default(0).meta({ description: "Orbital angular momentum of the decay." }),
  masses,
  interactionMomentum: quantity.optional().meta({ description: "q_R of the barriers in GeV; 0.1973 is 1 fm." }),
  hasBarriers: z.boolean().default(true),
  isOpen: z.boolean().default(false).meta({ description: "The decay is open in every event, so the width is real." }),
});

const kopfSchema = z.strictObject({
  set: z.enum(Object.keys(kopfTables) as [keyof typeof kopfTables]),
  channel: z
    .union([z.string(), z.int().min(0)])
    .meta({ description: "Name or number of the channel that is observed." }),
  convention: z.enum(["published", "legacy"]).default("published"),
});

const kMatrixSchema = z.strictObject({
  poles: z.array(z.strictObject({ name, mass: quantity })).min(1),
  channels: z.array(z.strictObject({ name, masses })).min(1),
  couplings: z.array(z.array(quantity)).meta({ description: "A row per channel, an entry per pole." }),
  background: z.array(z.array(quantity)).optional().meta({ description: "Symmetric, a row and column per channel." }),
  l: z.int().min(0).max(8).default(0),
  channel: z.union([z.string(), z.int().min(0)]),
});

const shapeSchema = z
  .strictObject({
    breitWigner: breitWignerSchema.optional(),
    constantWidth: z.strictObject({ mass: quantity, width: quantity }).optional(),
    kopf: kopfSchema.optional(),
    kMatrix: kMatrixSchema.optional(),
    formula: z.string().optional().meta({ description: "Any complex function of parameters and variables." }),
  })
  .meta({ description: "Exactly one kind of line shape." });

const waveSchema = z.strictObject({
  tags: z.array(name).default([]),
  shape: z
    .string()
    .optional()
    .meta({ description: "Name of a line shape; without one the amplitude is the coupling." }),
  coupling: couplingSchema.optional().meta({ description: "For line shapes of one amplitude. Default 1." }),
  couplings: z
    .record(z.string(), couplingSchema)
    .optional()
    .meta({ description: "By pole, for K-matrices; poles that are left out are not produced." }),
  z: z
    .tuple([z.int().min(0), z.int(), z.enum(["+", "-"])])
    .optional()
    .meta({ description: "l, m and reflectivity, for a polarised photon." }),
  y: z
    .tuple([z.int().min(0), z.int()])
    .optional()
    .meta({ description: "l and m of a spherical harmonic." }),
  angular: z.string().optional().meta({ description: "A formula instead of a harmonic." }),
  sum: name.optional().meta({ description: "Coherent sum of waves without reflectivity. Default main." }),
});

const termSchema = z.strictObject({
  kind: z.enum(["shape", "extended"]).default("shape"),
  data: name.meta({ description: "A file of events, or a set that Simloom makes itself: closure:data." }),
  monteCarlo: name.meta({ description: "A file of accepted events, or closure:monte-carlo." }),
});

const fitSchema = z
  .strictObject({
    method: name.optional().meta({ description: "Name of a minimiser. Default lbfgsb." }),
    start: z.record(z.string(), finite).default({}).meta({
      description:
        "Values that fits start from instead of the initial ones, by parameter; those of fixed ones do not count.",
    }),
    restarts: z
      .int()
      .min(0)
      .optional()
      .meta({ description: "Further starts, drawn from the ranges of initial values. Default 0." }),
    seed: z.int().min(0).optional().meta({ description: "Seed of whatever is drawn. Default 0." }),
    maxEvaluations: z
      .int()
      .min(1)
      .optional()
      .meta({ description: "Evaluations of -ln L or its slopes per start. Default 100000." }),
  })
  .meta({ description: "How a fit is done." });

/** The analysis file. */
export const analysisSchema = z.strictObject({
  name: z.string().default("amplitude analysis"),
  topology: z
    .strictObject({
      k1: z.union([name, z.array(name)]).optional(),
      k2: z.union([name, z.array(name)]).optional(),
      k3: z.union([name, z.array(name)]).optional(),
      k4: z.union([name, z.array(name)]).optional(),
    })
    .meta({ description: "k1 k2 → k3 k4 by names of four-momenta, or lists that are summed. One may be left out." }),
  angles: z.strictObject({
    of: name.meta({ description: "The daughter of k3 whose direction is taken." }),
    frame: z.enum(["helicity", "gottfried-jackson"]).default("helicity"),
  }),
  polarization: z
    .strictObject({
      magnitude: column.meta({ description: "Column of the degree of polarisation, or one number for all." }),
      angle: column.meta({ description: "Column of its direction in the laboratory in radians, or one number." }),
    })
    .optional(),
  columns: z.array(name).default([]).meta({ description: "Further columns that formulas may name." }),
  units: z.record(z.string(), z.string()).optional().meta({
    description: "Units of further columns by name, such as GeV^2 or rad; formulas that name them are checked.",
  }),
  variables: z
    .record(z.string(), z.union([z.string(), z.strictObject({ massSquared: z.array(name).min(1) })]))
    .default({})
    .meta({ description: "Names for formulas, or for squares of masses, that later formulas may use." }),
  parameters: z.record(z.string(), parameterValue).default({}),
  shapes: z.record(z.string(), shapeSchema).default({}),
  waves: z.record(z.string(), waveSchema),
  likelihood: z.record(z.string(), termSchema).meta({ description: "Terms by name; they share the model." }),
  fit: fitSchema.optional(),
});

/** An analysis file, checked and with its defaults. */
export type Analysis = z.output<typeof analysisSchema>;
/** A line shape of the file. */
export type ShapeSpecification = Analysis["shapes"][string];
/** A wave of the file. */
export type WaveSpecification = Analysis["waves"][string];
/** A coupling of the file. */
export type CouplingSpecification = NonNullable<WaveSpecification["coupling"]>;
/** A parameter of the file. */
export type ParameterSpecification = z.output<typeof parameterSchema>;

/** JSON Schema of the analysis file. */
export function analysisJsonSchema(): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(analysisSchema, { io: "input" });
}
