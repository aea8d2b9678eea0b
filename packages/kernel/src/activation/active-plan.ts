import { complex } from "../expression/build.ts";
import { expressionOf, type Operand } from "../expression/leaves.ts";
import { type BoundPlan, bindPlan, type PlanColumns, type PlanContext } from "../plan/bind.ts";
import { type Plan, type PlanOptions, planOf, planOfPart } from "../plan/plan.ts";
import { type Activation, activationOf } from "./activation.ts";
import { specialise } from "./specialise.ts";

/** Plans of one model under changing activation; each mask is planned once. */
export interface ActivePlans {
  /** Everything active. */
  readonly everything: Activation;
  /** How many masks were planned so far. */
  readonly planned: number;
  /** The plan under a mask: parameters and outputs are those of the whole model. Throws as `planOf` the first time. */
  planOf(activation: Activation): Plan;
}

/** Prepares a model for switching. Plans the whole of it, which decides the order of parameters. */
export function activePlans(outputs: Readonly<Record<string, Operand>>, options: PlanOptions = {}): ActivePlans {
  const names = Object.keys(outputs);
  const roots = Object.values(outputs).map(expressionOf);
  const everything = activationOf(roots);
  const whole = planOf(outputs, options);
  const plans = new Map<string, Plan>([[everything.key, whole]]);
  return {
    everything,
    get planned() {
      return plans.size;
    },
    planOf(activation) {
      const known = plans.get(activation.key);
      if (known !== undefined) return known;
      const values = specialise(roots, activation);
      const named = names.map((name, index) => {
        const value = values[index] as (typeof roots)[number];
        return [name, value.type === roots[index]?.type ? value : complex(value, 0)] as const;
      });
      const order = [...whole.parameters, ...Object.keys(options.fixed ?? {})];
      const plan = planOfPart(Object.fromEntries(named), { ...options, parameters: order });
      plans.set(activation.key, plan);
      return plan;
    },
  };
}

/** A model with its data that can be switched and evaluated. */
export interface ActiveBoundPlan {
  /** The mask in force. */
  readonly activation: Activation;
  /** How many masks were bound to the data so far. */
  readonly bound: number;
  /** Puts a mask in force: at once if it was before, else the data are prepared for it, too. */
  use(activation: Activation): void;
  /** The model under the mask in force; its outputs are those of the whole model. */
  evaluate(parameters: Float64Array, results: Float64Array): void;
  /** Outputs per element of the last evaluation. */
  readonly elements: readonly Float64Array[];
  dispose(): void;
}

/** Binds a model to data under each mask that is used; holds on to the given columns. Throws as `bindPlan`. */
export function bindActivePlans(context: PlanContext, plans: ActivePlans, columns: PlanColumns): ActiveBoundPlan {
  const boundPlans = new Map<string, BoundPlan>();
  const bind = (activation: Activation): BoundPlan => {
    const known = boundPlans.get(activation.key);
    if (known !== undefined) return known;
    const made = bindPlan(context, plans.planOf(activation), columns, boundPlans.get(plans.everything.key));
    boundPlans.set(activation.key, made);
    return made;
  };
  let activation = plans.everything;
  let current = bind(activation);
  return {
    get activation() {
      return activation;
    },
    get bound() {
      return boundPlans.size;
    },
    get elements() {
      return current.elements;
    },
    use(next) {
      current = bind(next);
      activation = next;
    },
    evaluate(parameters, results) {
      current.evaluate(parameters, results);
    },
    dispose() {
      for (const bound of boundPlans.values()) bound.dispose();
      boundPlans.clear();
    },
  };
}
