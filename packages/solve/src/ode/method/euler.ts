import { explicitRungeKutta } from "./explicit-runge-kutta.ts";

/** Explicit Euler: order 1, fixed steps. L. Euler, Institutiones calculi integralis I (1768), § 650. */
export const euler = explicitRungeKutta({ name: "euler", order: 1, nodes: [0], stages: [[]], weights: [1] });
