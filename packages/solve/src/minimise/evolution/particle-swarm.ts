/**
 * Particle swarm: points that fly towards the best they and their neighbours have seen; for rugged objectives in a box.
 *
 * Sources: J. Kennedy, R. Eberhart, ICNN 1995, 1942–1948; M. Clerc, J. Kennedy, IEEE Trans. Evol. Comput. 6 (2002) 58–73, for the
 * default coefficients.
 */
import { solveError } from "../../errors.ts";
import type { InnerProblem, MethodState, Minimiser } from "../frame/method.ts";

/** Settings of a particle swarm. */
export interface ParticleSwarmOptions {
  /** Particles. Default 10 + ⌊2 √n⌋, at least 24. */
  readonly particles?: number;
  /** Part of the velocity that is kept. Default 0.7298. */
  readonly inertia?: number;
  /** Pull of what the particle has seen. Default 1.49618. */
  readonly cognitive?: number;
  /** Pull of what its neighbours have seen. Default 1.49618. */
  readonly social?: number;
  /** Who tells whom: all (default), or the two next ones on a ring. */
  readonly topology?: "global" | "ring";
  /** Ends where the swarm extends no further, in inner coordinates. Default 1e-8. */
  readonly tolerance?: number;
}

interface SwarmState extends MethodState {
  positions: Float64Array[];
  velocities: Float64Array[];
  bestPositions: Float64Array[];
  bestValues: Float64Array;
  draws: number;
}

/** A particle swarm as a value; starts like `differentialEvolution`. Throws `SOLV-062`. */
export function particleSwarm(options: ParticleSwarmOptions = {}): Minimiser {
  const { inertia = 0.7298, cognitive = 1.49618, social = 1.49618, topology = "global", tolerance = 1e-8 } = options;
  const { particles } = options;
  if (
    !(
      (particles === undefined || (Number.isInteger(particles) && particles >= 3)) &&
      inertia >= 0 &&
      inertia < 1 &&
      cognitive >= 0 &&
      social >= 0 &&
      tolerance > 0
    )
  )
    throw solveError(
      "SOLV-062",
      "A setting of the particle swarm is outside its range",
      "Give three particles or more, an inertia from 0 below 1, and pulls from 0.",
      { particles, inertia, cognitive, social, tolerance },
    );
  const method: Minimiser<SwarmState> = {
    name: "particle-swarm",
    bounds: "native",
    stop: { name: "swarm", check: () => undefined },
    start(problem) {
      const count = particles ?? Math.max(24, 10 + Math.floor(2 * Math.sqrt(problem.count)));
      const stream = problem.stream("particle-swarm start", 0);
      const positions = Array.from({ length: count }, (_, k) =>
        k === 0 ? Float64Array.from(problem.start) : problem.sample(stream),
      );
      const values = new Float64Array(count);
      problem.values(positions, values);
      const state = {
        x: positions[0] as Float64Array,
        value: values[0] as number,
        positions,
        velocities: positions.map((position) => new Float64Array(position.length)),
        bestPositions: positions.map((position) => Float64Array.from(position)),
        bestValues: values,
        draws: 0,
      };
      note(state);
      return state;
    },
    step(problem, state) {
      fly(problem, state, { inertia, cognitive, social, topology });
      const values = new Float64Array(state.positions.length);
      problem.values(state.positions, values);
      values.forEach((value, k) => {
        if (!(value < (state.bestValues[k] as number))) return;
        state.bestValues[k] = value;
        state.bestPositions[k] = Float64Array.from(state.positions[k] as Float64Array);
      });
      note(state);
      state.extent = state.positions.reduce(
        (greatest, position) =>
          position.reduce((size, entry, i) => Math.max(size, Math.abs(entry - (state.x[i] as number))), greatest),
        0,
      );
      if (state.extent <= tolerance)
        state.end = {
          converged: true,
          reason: "swarm",
          message: `the swarm extends over ${state.extent.toExponential(1)}`,
        };
    },
  };
  return method;
}

function fly(
  problem: InnerProblem,
  state: SwarmState,
  {
    inertia,
    cognitive,
    social,
    topology,
  }: Required<Pick<ParticleSwarmOptions, "inertia" | "cognitive" | "social" | "topology">>,
): void {
  const { positions, velocities, bestPositions } = state;
  const stream = problem.stream("particle-swarm", state.draws);
  const leaders = positions.map((_, k) => (topology === "global" ? state.x : leaderOf(state, k)));
  positions.forEach((position, k) => {
    const [velocity, own, leader] = [
      velocities[k] as Float64Array,
      bestPositions[k] as Float64Array,
      leaders[k] as Float64Array,
    ];
    for (let i = 0; i < position.length; i++) {
      const at = position[i] as number;
      const speed =
        inertia * (velocity[i] as number) +
        cognitive * stream.uniform() * ((own[i] as number) - at) +
        social * stream.uniform() * ((leader[i] as number) - at);
      const moved = Math.min(Math.max(at + speed, problem.lower[i] as number), problem.upper[i] as number);
      velocity[i] = moved === at + speed ? speed : 0;
      position[i] = moved;
    }
  });
  state.draws = stream.position;
}

function leaderOf({ bestValues, bestPositions }: SwarmState, k: number): Float64Array {
  const count = bestValues.length;
  const around = [(k + count - 1) % count, k, (k + 1) % count];
  const best = around.reduce((a, b) => ((bestValues[b] as number) < (bestValues[a] as number) ? b : a));
  return Float64Array.from(bestPositions[best] as Float64Array);
}

function note(state: SwarmState): void {
  let best = 0;
  state.bestValues.forEach((value, k) => {
    if (value < (state.bestValues[best] as number)) best = k;
  });
  state.x = Float64Array.from(state.bestPositions[best] as Float64Array);
  state.value = state.bestValues[best] as number;
}
