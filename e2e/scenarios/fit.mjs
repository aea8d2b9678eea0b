/** A fit from the installed command: the optimum known from elsewhere, and a kill that costs nothing but time. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../harness/installation.mjs";
import { eventually, expectCode } from "../harness/processes.mjs";

export const name = "fit";

/** Extended fit of the closure set, computed independently in Python and plain JavaScript. */
const OPTIMUM = {
  nll: 1425.1250566142564,
  values: [0.10283430097, 0.0904198291339, 0.621572614127, 0.179089172261, 0.249403219955],
  errors: [0.0059656533, 0.012226988, 0.027358387, 0.020867217, 0.041992737],
};

const fit = (file, ...flags) => ["amplitude", "fit", file, ...flags];

export async function prove({ claim, project }) {
  const place = withExamples(project());

  await claim("the closure fit ends at the known optimum, with its errors", async () => {
    const { nll, parameters, fit: ended } = await place.json(0, ...fit("closure.yaml"));
    ok(ended.converged);
    near(nll, OPTIMUM.nll, 1e-13); // two sums of 5,000 terms in different orders
    parameters.forEach(({ value, error }, at) => {
      near(value, OPTIMUM.values[at], 1e-10); // digits that the reference gives
      near(error, OPTIMUM.errors[at], 1e-7);
    });
  });
  await claim("killed in the middle and begun again, a fit ends with the bits of one that was left alone", async () => {
    const slow = ["--method", "nelderMead", "--seed", "3"];
    const alone = await place.json(1, ...fit("kmatrix.yaml", ...slow, "--max-evaluations", "3000", "--out", "alone"));
    const args = fit("kmatrix.yaml", ...slow, "--max-evaluations", "3000", "--out", "killed");
    const handle = place.start([...args, "--json"]);
    await eventually(() => checkpointBelow(place.path("killed")), "a checkpoint is written");
    handle.kill("SIGKILL");
    equal((await handle.done).signal, "SIGKILL", "the fit ended before it could be killed");
    const resumed = await place.json(1, ...args);
    equal(alone.resumed, false);
    equal(resumed.resumed, true);
    deepEqual(
      resumed.parameters.map(({ value }) => value),
      alone.parameters.map(({ value }) => value),
    );
    equal(resumed.nll, alone.nll);
  });
  await claim("a method with a typo is answered with the nearest one", async () => {
    match(expectCode(await place.simloom(...fit("closure.yaml", "--method", "lbgfsb")), 2).stderr, /lbfgsb/);
  });
}

function checkpointBelow(folder) {
  return (
    existsSync(folder) && readdirSync(folder, { recursive: true }).some((file) => file.endsWith("checkpoint.json"))
  );
}

function withExamples(place) {
  for (const file of ["kmatrix.yaml", "closure.yaml"])
    place.write(file, readFileSync(join(repository, "examples", "amplitude", file), "utf8"));
  return place;
}

function near(value, expected, tolerance) {
  ok(Math.abs(value - expected) <= tolerance * Math.abs(expected), `${value}, expected ${expected}`);
}
