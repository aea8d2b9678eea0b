/**
 * One array of numbers holds everything that a compiled integration touches, at places known when its text is written:
 * loads and stores become single instructions, and nothing is allocated while it runs.
 */

/** A run of numbers in the workspace. */
export interface Region {
  readonly offset: number;
  readonly length: number;
}

/** Hands out regions of a workspace that is made when all are known. */
export interface WorkspaceLayout {
  region(length: number): Region;
  size(): number;
}

/** Places of the scalars at the head of each workspace. */
export const SLOT = {
  time: 0,
  /** Signed step that is tried next. */
  step: 1,
  /** Time at the end of the step that is tried. */
  nextTime: 2,
  /** End of the segment: the end of the run or a break point. */
  endTime: 3,
  /** +1 forwards, −1 backwards. */
  direction: 4,
  /** Scaled error of the tried step; accepted up to 1. */
  error: 5,
  /** Logarithm of the error of the last accepted step, and of the one before. */
  logError1: 6,
  logError2: 7,
  /** Time at which the right-hand side is evaluated. */
  stageTime: 8,
  relativeTolerance: 9,
  /** Place in the step, 0 … 1, at which dense output is evaluated. */
  theta: 10,
  /** Factor for the next step after a failure inside a method; 0 where the error decides. */
  retryFactor: 11,
  accepted: 12,
  rejected: 13,
  evaluations: 14,
  jacobians: 15,
  factorisations: 16,
  iterations: 17,
  saveIndex: 18,
  saveCount: 19,
  /** Save points beyond this time are left for later: an event cuts the step there. */
  saveLimit: 20,
  hasDense: 21,
  minimumStep: 22,
  maximumStep: 23,
  stepBudget: 24,
  savedRows: 25,
  rowCapacity: 26,
  savesSteps: 27,
  justRejected: 28,
  isLastOfSegment: 29,
  nextStep: 30,
  previousStep: 31,
  /** Fixed steps: number in the segment, its start, and the length. */
  fixedIndex: 32,
  fixedStart: 33,
  fixedStep: 34,
  recordsDense: 35,
  matrixFailure: 36,
  /** Step that was rejected last. */
  failedStep: 37,
  /** Time at which the end of the segment is evaluated: before a break point, a hair earlier than it. */
  leftLimit: 38,
} as const;

/** First place after the named scalars. */
export const SCALARS = 64;

/** Text of a scalar. */
export function slot(name: keyof typeof SLOT): string {
  return `w[${SLOT[name]}]`;
}

/** An empty layout after the scalars. */
export function workspaceLayout(): WorkspaceLayout {
  let next = SCALARS;
  return {
    region(length) {
      const region = { offset: next, length };
      next += length;
      return region;
    },
    size: () => next,
  };
}
