/**
 * `kill -9` of the whole process group at random moments, then the same command again. What was executed is counted twice
 * over: by the event log of the killed run, and by a journal that the stages themselves append to. The journal is needed
 * since the log is written by what is tested; the log is needed since the journal cannot tell whether a result was kept.
 */
import { deepEqual, equal, ok } from "node:assert/strict";
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { eventually, expectCode, pause } from "../harness/processes.mjs";
import { digestsOf } from "../harness/project.mjs";
import { stepsGraph, uniformFrom } from "../harness/steps.mjs";

export const name = "kill";

const ROUNDS = 25;
/** Long enough in arrays that results are blobs of their own as well as packed records. */
const GRAPH = stepsGraph({ chains: 3, length: 3, rounds: 1.2e7, arrayLength: 2 ** 15 });

export async function prove({ claim, project }) {
  for (const [executor, seed] of [
    ["threads", 1],
    ["inline", 2],
  ]) {
    const place = project().take("steps/stages.ts").write("graph.json", GRAPH);
    const killing = new Killing(place, executor, uniformFrom(seed));
    await claim(`${executor}: an undisturbed run ends well`, () => killing.measure());
    if (killing.reference === undefined) continue;
    const rounds = [];
    await claim(
      `${executor}: ${ROUNDS} runs killed at random moments end with the same digests and values when run again`,
      async () => {
        const lane = async (first) => {
          for (let round = first; round < ROUNDS; round += 2) rounds.push(await killing.round(round));
        };
        await Promise.all([lane(0), lane(1)]);
        const caught = rounds.filter(({ finished }) => finished.size < killing.nodeCount).length;
        ok(caught >= ROUNDS / 3, `only ${caught} kills came before the end: the moments are badly chosen`);
        return `${caught} kills before the last node, ${rounds.reduce((sum, one) => sum + one.kills, 0)} kills in all`;
      },
    );
    await claim(`${executor}: no finished node is computed again`, () => {
      equal(rounds.length, ROUNDS);
      for (const { finished, again, round } of rounds) {
        const repeated = [...finished].filter((id) => again.includes(id));
        deepEqual(repeated, [], `round ${round}`);
      }
      return `${rounds.reduce((sum, { finished }) => sum + finished.size, 0)} finished nodes`;
    });
    await claim(`${executor}: a killed cache is whole, or says what was torn and computes it`, async () => {
      const documents = await Promise.all(
        [0, 1, 2, 3].map((round) => place.json(0, "cache", "verify", "--cache", `cache-${round}`)),
      );
      return `${documents.reduce((sum, { entries }) => sum + entries, 0)} entries read again`;
    });
    await claim(
      `${executor}: files of the cache that were cut or overwritten are noticed, and the values stay right`,
      () => killing.tear(),
    );
  }
}

class Killing {
  nodeCount = Object.keys(GRAPH.nodes).length;
  reference;

  constructor(place, executor, random) {
    this.place = place;
    this.executor = executor;
    this.random = random;
  }

  command(round) {
    const args = [
      "run",
      "graph.json",
      "--json",
      "--executor",
      this.executor,
      "--workers",
      "2",
      "--cache",
      `cache-${round}`,
      "--out",
      `runs-${round}`,
      "--seed",
      "5",
    ];
    return this.place.start(args, { env: { SIMLOOM_E2E_JOURNAL: this.place.path(`journal-${round}`) } });
  }

  async measure() {
    const ended = expectCode(await this.command("reference").done, 0);
    const document = JSON.parse(ended.stdout);
    const events = this.place.events(document.runId, "runs-reference");
    this.wholeMs = ended.ms;
    this.computingMs = events.at(-1).atMs - events[0].atMs;
    this.reference = {
      digests: digestsOf(this.place.manifest(document.runId, "runs-reference")),
      metrics: document.metrics,
    };
    equal(this.journal("reference").length, this.nodeCount);
    return `${Math.round(this.computingMs)} ms of computing in ${Math.round(this.wholeMs)} ms`;
  }

  /** Kills once or twice, then lets the command finish. */
  async round(round) {
    const kills = round % 4 === 3 ? 2 : 1;
    for (let kill = 0; kill < kills; kill++) await this.killOnce(round);
    const finished = this.finished(round);
    const before = this.journal(round);
    const ended = expectCode(await this.command(round).done, 0);
    const document = JSON.parse(ended.stdout);
    deepEqual(document.metrics, this.reference.metrics, `round ${round}`);
    deepEqual(
      digestsOf(this.place.manifest(document.runId, `runs-${round}`)),
      this.reference.digests,
      `round ${round}`,
    );
    for (const { id, status } of document.nodes) if (finished.has(id)) equal(status, "hit", `round ${round}: ${id}`);
    return { round, kills, finished, again: this.journal(round).slice(before.length) };
  }

  /** One kill in five falls anywhere in the life of the process, the others while it computes. */
  async killOnce(round) {
    const handle = this.command(round);
    if (this.random() < 0.2) await pause(this.random() * this.wholeMs);
    else {
      const known = this.place.runs(`runs-${round}`);
      const isComputing = () =>
        handle.child.exitCode !== null || this.place.runs(`runs-${round}`).some((run) => !known.includes(run));
      await eventually(isComputing, "a run folder");
      await pause(this.random() * this.computingMs);
    }
    handle.kill("SIGKILL");
    await handle.done;
  }

  /**
   * Damages one file of a whole cache in a random way, nine times, and runs again each time. The last time it is the format
   * stamp: the store begins anew, and every node is computed.
   */
  async tear() {
    const damages = [];
    for (let round = 0; round < 9; round++) {
      const name = `torn-${round}`;
      cpSync(this.place.path("cache-reference"), this.place.path(`cache-${name}`), { recursive: true });
      const files = readdirSync(this.place.path(`cache-${name}`), { recursive: true, withFileTypes: true }).filter(
        (entry) =>
          entry.isFile() &&
          (entry.name === "format") === (round === 8) &&
          !/timings|code|fingerprints/.test(`${entry.parentPath}/${entry.name}`),
      );
      const file = files.sort((a, b) => (a.name < b.name ? -1 : 1))[Math.floor(this.random() * files.length)];
      const nodesBefore = this.journal(name).length;
      damages.push(damage(join(file.parentPath, file.name), this.random));
      const document = JSON.parse(expectCode(await this.command(name).done, 0).stdout);
      deepEqual(document.metrics, this.reference.metrics, name);
      deepEqual(digestsOf(this.place.manifest(document.runId, `runs-${name}`)), this.reference.digests, name);
      if (file.name === "format") equal(this.journal(name).length, nodesBefore + this.nodeCount, name);
    }
    return damages.join(", ");
  }

  /** Nodes that the event logs of a round call finished. */
  finished(round) {
    const events = this.place.runs(`runs-${round}`).flatMap((run) => this.place.events(run, `runs-${round}`));
    return new Set(
      events.filter(({ type, status }) => type === "nodeFinished" && status === "computed").map(({ nodeId }) => nodeId),
    );
  }

  journal(round) {
    const file = this.place.path(`journal-${round}`);
    return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n").filter(Boolean) : [];
  }
}

/** Cuts a file short, or writes over a part of it. Answers what was done. */
function damage(file, random) {
  const content = readFileSync(file);
  const at = Math.floor(random() * content.length);
  if (random() < 0.5) writeFileSync(file, content.subarray(0, at));
  else writeFileSync(file, content.fill(0x5a, at, at + 64));
  return `${basename(file)} at ${at} of ${content.length}`;
}
