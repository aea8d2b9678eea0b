/** The tools beside which ours is measured on a problem, with the bars of the budgets. */
import type { SuiteOptions } from "../row.ts";
import type { Case } from "./cases.ts";
import { CVODE, cvodeInC } from "./cvode-in-c.ts";
import { curvesOf, type Family, type PeerPoint, stateDigits } from "./peer.ts";
import { inPython, pythonPeers } from "./python-peers.ts";
import type { Effort } from "./work-precision.ts";

type ByDigits = Readonly<Record<number, number>>;

/** Milliseconds to 5 and 7 digits on a machine of this kind, for runs in which a tool does not take part. */
const FIXED_MS: Readonly<Record<"cvode" | "lsoda" | "dop853", Readonly<Record<string, ByDigits>>>> = {
  cvode: {
    robertson: { 5: 0.32, 7: 0.71 },
    vdp: { 5: 0.53, 7: 1.2 },
    hires: { 5: 0.24, 7: 0.44 },
    orego: { 5: 0.88, 7: 1.73 },
    pollution: { 5: 0.21, 7: 0.44 },
    bruss1d: { 5: 1.5, 7: 3.74 },
  },
  lsoda: {
    robertson: { 5: 0.15, 7: 0.44 },
    vdp: { 5: 0.23, 7: 0.4 },
    hires: { 5: 0.17, 7: 0.36 },
    orego: { 5: 0.32, 7: 1.31 },
    e5: { 5: 0.61 },
    pollution: { 5: 0.21, 7: 0.48 },
  },
  dop853: {
    lorenz: { 5: 0.042, 7: 0.062 },
    kepler: { 5: 0.16 },
    pleiades: { 5: 0.48, 7: 0.78 },
    exotherm: { 5: 0.016, 7: 0.018 },
    pu_legacy: { 5: 0.017, 7: 0.026 },
  },
};

/** Runs every tool that is there; takes seconds to a minute. Run it from the repository's root. */
export function familiesOf(test: Case, { cvode, numbalsoda, python }: SuiteOptions, effort: Effort): readonly Family[] {
  const { name, problem, isStiff, band } = test;
  const peers = pythonPeers(test);
  const curves = (ladders: Readonly<Record<string, readonly PeerPoint[]>> | undefined) =>
    ladders === undefined ? undefined : curvesOf(ladders, stateDigits(test));
  const inNumba =
    numbalsoda === undefined ? undefined : curves(inPython(numbalsoda, peers.numbalsoda, problem, test, effort));
  const ofNumba = (method: string) =>
    inNumba && Object.fromEntries(Object.entries(inNumba).filter(([variant]) => variant === method));
  const cvodeFactor = band === undefined ? 1 : 1.5;
  return [
    {
      name: CVODE,
      curves: curves(cvode === undefined ? undefined : cvodeInC(cvode, problem, test, effort)),
      ...(isStiff ? { factor: cvodeFactor } : {}),
      fixedMs: FIXED_MS.cvode[name] ?? {},
    },
    {
      name: "numbalsoda LSODA",
      curves: ofNumba("numbalsoda LSODA"),
      ...(isStiff ? { factor: 1.3 } : {}),
      fixedMs: FIXED_MS.lsoda[name] ?? {},
    },
    {
      name: "numbalsoda DOP853",
      curves: ofNumba("numbalsoda DOP853"),
      ...(isStiff ? {} : { factor: 1.3 }),
      fixedMs: FIXED_MS.dop853[name] ?? {},
    },
    {
      name: "diffrax",
      curves: python === undefined ? {} : curves(inPython(python, peers.diffrax, problem, test, effort)),
    },
    { name: "SciPy", curves: python === undefined ? {} : curves(inPython(python, peers.scipy, problem, test, effort)) },
  ];
}
