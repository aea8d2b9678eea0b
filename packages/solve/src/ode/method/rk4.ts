import { explicitRungeKutta } from "./explicit-runge-kutta.ts";

/** The classical method of order 4, fixed steps. W. Kutta, Z. Math. Phys. 46 (1901) 435. */
export const rk4 = explicitRungeKutta({
  name: "rk4",
  order: 4,
  nodes: [0, 0.5, 0.5, 1],
  stages: [[], [0.5], [0, 0.5], [0, 0, 1]],
  weights: [1 / 6, 1 / 3, 1 / 3, 1 / 6],
});
