/** Claims of a scenario: each is tried, timed and printed on a line of its own; a broken one does not stop the others. */

const MARKS = { passed: "ok  ", failed: "FAIL", unavailable: "n/a " };

/** Collects what became of the claims, in order. */
export class Claims {
  results = [];

  constructor(scenario, print = console.log) {
    this.scenario = scenario;
    this.print = print;
  }

  /**
   * Tries a claim. `prove` throws when it is broken; a string that it returns is printed beside it. Answers true when the
   * claim holds.
   */
  claim = async (title, prove) => {
    const startedMs = performance.now();
    let status = "passed";
    let note;
    try {
      note = await prove();
    } catch (thrown) {
      status = thrown instanceof Unavailable ? "unavailable" : "failed";
      note = thrown instanceof Error ? thrown.message : String(thrown);
    }
    const seconds = (performance.now() - startedMs) / 1000;
    this.results.push({ scenario: this.scenario, title, status, seconds });
    const remark = typeof note !== "string" ? "" : status === "passed" ? `  (${note})` : `\n${indented(note)}`;
    this.print(`  ${MARKS[status]} ${seconds.toFixed(2).padStart(6)} s  ${title}${remark}`);
    return status === "passed";
  };

  /** Tries claims that have nothing to do with each other two at a time: `[title, prove]` pairs. */
  claimAll = async (pairs) => {
    const waiting = [...pairs];
    const lane = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await this.claim(...next);
    };
    await Promise.all([lane(), lane()]);
  };
}

/** Thrown by a claim that this machine cannot try. Never in continuous integration: there everything must be there. */
export class Unavailable extends Error {
  static refuse(reason) {
    if (process.env.CI) throw new Error(`${reason} (in continuous integration this must be possible)`);
    throw new Unavailable(reason);
  }
}

/** A line per scenario, then the totals alone on a line. Answers the number of broken claims. */
export function closingTable(results, print = console.log) {
  const names = [...new Set(results.map(({ scenario }) => scenario))];
  const width = Math.max(8, ...names.map((name) => name.length));
  print(`\n${"scenario".padEnd(width)}  passed  failed  n/a    time`);
  for (const name of names) {
    const own = results.filter(({ scenario }) => scenario === name);
    const count = (status) => String(own.filter((one) => one.status === status).length);
    const seconds = own.reduce((sum, one) => sum + one.seconds, 0);
    const counts = [count("passed").padStart(6), count("failed").padStart(6), count("unavailable").padStart(3)];
    print(`${name.padEnd(width)}  ${counts.join("  ")}  ${seconds.toFixed(1).padStart(6)} s`);
  }
  for (const { scenario, title } of results.filter(({ status }) => status === "failed"))
    print(`failed: ${scenario}: ${title}`);
  for (const { scenario, title } of results.filter(({ status }) => status === "unavailable"))
    print(`n/a:    ${scenario}: ${title}`);
  const failed = results.filter(({ status }) => status === "failed").length;
  print(`e2e: ${results.filter(({ status }) => status === "passed").length} passed, ${failed} failed`);
  return failed;
}

function indented(text) {
  return text
    .split("\n")
    .slice(0, 24)
    .map((line) => `         ${line}`)
    .join("\n");
}
