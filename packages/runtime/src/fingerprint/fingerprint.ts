/**
 * What identifies the code of a stage: a digest over its bundled code, the installed libraries that it imports, byte by
 * byte, their versions, and the bundler's. An edit changes it when it changes what the stage can do, and not otherwise.
 */
import { dirname, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { type AnyStage, type Digest, sha256 } from "@simloom/pipeline";
import { locate, type StageLocation } from "../modules/locate.ts";
import type { StageBundle } from "./bundle.ts";
import { BUNDLER } from "./bundler.ts";
import { FileLooks, type InputFile } from "./input-files.ts";
import type { Library } from "./library.ts";
import { forgetPackages, packageOf } from "./packages.ts";
import { Records } from "./record.ts";
import { shippedFingerprint } from "./shipped.ts";

/** The fingerprint of a stage, or why it has none that means anything outside this process. */
export type StageFingerprint = DurableFingerprint | { readonly status: "inProcess"; readonly reason: string };

export interface DurableFingerprint {
  readonly status: "durable";
  readonly digest: Digest;
  /** Digests of the source files by path inside their package, and of libraries by `name@version/file`. */
  readonly files: Readonly<Record<string, Digest>>;
  /** Such as `esbuild@0.28.2`. */
  readonly bundler: string;
  /** `name@version` of the installed packages whose code is part of it. */
  readonly dependencies: readonly string[];
  /** Why the code may depend on more than the digest covers; empty is the rule. */
  readonly uncertain: readonly string[];
  /** What the stage's own code does that no key can see, such as reading files; empty is the rule. */
  readonly suspicions: readonly string[];
}

export interface FingerprintOptions {
  /** Folder of remembered fingerprints; without one every process bundles anew (about 0.15 s). */
  readonly cacheDirectory?: string;
}

type Located = StageLocation & { readonly status: "located" };

/** Raised when what a digest is made of changes. */
const SCHEMA = "simloom fingerprint 1";

const remembered = new WeakMap<AnyStage, Promise<StageFingerprint>>();
/** The files of the stage's own package that a fingerprint was made from, as they were. */
const evidence = new WeakMap<DurableFingerprint, readonly InputFile[]>();

/**
 * The fingerprints of stages, in one build for all that are not on record. A stage keeps its fingerprint for as long as
 * the process lives, as its code does. Never rejects for a single stage: one that cannot be bundled is `inProcess`.
 */
export async function fingerprintsOf(
  stages: readonly AnyStage[],
  options: FingerprintOptions = {},
): Promise<ReadonlyMap<AnyStage, StageFingerprint>> {
  const fresh = stages.filter((stage) => !remembered.has(stage));
  if (fresh.length > 0) {
    const answers = fingerprintFresh(fresh, options);
    for (const [index, stage] of fresh.entries()) {
      remembered.set(
        stage,
        answers.then((all) => all[index] as StageFingerprint),
      );
    }
  }
  const pairs = stages.map(
    async (stage) => [stage, await (remembered.get(stage) as Promise<StageFingerprint>)] as const,
  );
  return new Map(await Promise.all(pairs));
}

/** The fingerprint of one stage. */
export async function fingerprintOf(stage: AnyStage, options: FingerprintOptions = {}): Promise<StageFingerprint> {
  return (await fingerprintsOf([stage], options)).get(stage) as StageFingerprint;
}

/**
 * True while the files of a stage are those that its fingerprint was made from. A thread or process that loads the stage
 * after an edit would run other code than the key says.
 */
export async function isUnchanged(stage: AnyStage): Promise<boolean> {
  const fingerprint = await remembered.get(stage);
  if (fingerprint?.status !== "durable") return true;
  const looks = new FileLooks();
  return (evidence.get(fingerprint) ?? []).every((file) => looks.compare(file) !== "changed");
}

async function fingerprintFresh(
  stages: readonly AnyStage[],
  options: FingerprintOptions,
): Promise<readonly StageFingerprint[]> {
  const locations = await Promise.all(stages.map(locate));
  const located = locations.filter((location) => location.status === "located");
  const answers = await fingerprintsAt(located, options);
  return locations.map((location) =>
    location.status === "located"
      ? (answers.get(location) as StageFingerprint)
      : { status: "inProcess", reason: location.reason },
  );
}

/** Fingerprints of the stages at these places, as the files are now. */
export async function fingerprintsAt(
  places: readonly Located[],
  options: FingerprintOptions = {},
): Promise<ReadonlyMap<Located, StageFingerprint>> {
  const looks = new FileLooks();
  const records = new Records(options.cacheDirectory);
  const answers = new Map<Located, StageFingerprint>();
  const missing: Located[] = [];
  for (const place of places) {
    const known = shippedFingerprint(place, records, looks) ?? rememberedFingerprint(place, records, looks);
    if (known === undefined) missing.push(place);
    else answers.set(place, known);
  }
  for (const [place, answer] of await fingerprintAnew(missing, records)) answers.set(place, answer);
  return answers;
}

/** What is on record of a module's stage. The libraries it imports have records of their own. */
interface ModuleRecord {
  readonly code: Digest;
  readonly files: Readonly<Record<string, Digest>>;
  readonly libraries: readonly string[];
  readonly uncertain: readonly string[];
  readonly suspicions: readonly string[];
}

type LibraryRecord = Pick<Library, "id" | "digest" | "packages" | "uncertain">;

function rememberedFingerprint(place: Located, records: Records, looks: FileLooks): DurableFingerprint | undefined {
  const record = records.read<ModuleRecord>(recordName(place), looks);
  if (record === undefined) return undefined;
  const libraries: LibraryRecord[] = [];
  for (const path of record.answer.libraries) {
    const library = looks.once(path, () => records.read<LibraryRecord>(`library ${path}`, looks));
    if (library === undefined) return undefined;
    libraries.push(library.answer);
  }
  const fingerprint = compose(record.answer, libraries);
  evidence.set(fingerprint, record.inputs);
  return fingerprint;
}

/** Files that change while they are read make a build worthless; after so many in a row something writes all the time. */
const BUILDS = 3;
const CLOCK_TICK_MS = 20;

async function fingerprintAnew(
  places: readonly Located[],
  records: Records,
): Promise<readonly (readonly [Located, StageFingerprint])[]> {
  if (places.length === 0) return [];
  // Loaded when there is something to bundle: a warm run starts without the bundler.
  const { bundleStages } = await import("./bundle.ts");
  forgetPackages();
  const targets = places.map(({ url, exportName }) => ({ path: fileURLToPath(url), exportName }));
  let earlier: FileLooks | undefined;
  for (let attempt = 1; attempt <= BUILDS; attempt++) {
    const startedAtMs = Date.now();
    const looks = new FileLooks();
    let bundles: readonly StageBundle[];
    let libraries: ReadonlyMap<string, LibraryRecord>;
    try {
      bundles = await bundleStages(targets, looks);
      libraries = await librariesOf(bundles, records, looks);
    } catch (thrown) {
      return oneByOne(places, records, thrown);
    }
    const files = new Set(bundles.flatMap((bundle) => bundle.files));
    const isSettled = (file: string): boolean =>
      !looks.isNewerThan(file, startedAtMs - CLOCK_TICK_MS) || looks.isAsSeenBy(earlier, file);
    if ([...files].every(isSettled)) {
      return places.map((place, index) => [
        place,
        keep(place, bundles[index] as StageBundle, libraries, records, looks),
      ]);
    }
    earlier = looks;
    await new Promise((resolve) => setTimeout(resolve, 2 * CLOCK_TICK_MS));
  }
  return places.map((place) => [place, { status: "inProcess", reason: "its files are being written to" }]);
}

function keep(
  place: Located,
  bundle: StageBundle,
  libraries: ReadonlyMap<string, LibraryRecord>,
  records: Records,
  looks: FileLooks,
): DurableFingerprint {
  const { answer, inputs } = records.write(
    recordName(place),
    bundle.files,
    bundle.resolutions,
    recordOf(place, bundle, looks),
    looks,
  );
  const fingerprint = compose(
    answer,
    bundle.libraries.map((path) => libraries.get(path) as LibraryRecord),
  );
  evidence.set(fingerprint, inputs);
  return fingerprint;
}

/** One broken file must not take the fingerprints of all others with it. */
async function oneByOne(
  places: readonly Located[],
  records: Records,
  thrown: unknown,
): Promise<readonly (readonly [Located, StageFingerprint])[]> {
  if (places.length === 1) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    return [[places[0] as Located, { status: "inProcess", reason }]];
  }
  const answers: (readonly [Located, StageFingerprint])[] = [];
  for (const place of places) answers.push(...(await fingerprintAnew([place], records)));
  return answers;
}

async function librariesOf(
  bundles: readonly StageBundle[],
  records: Records,
  looks: FileLooks,
): Promise<ReadonlyMap<string, LibraryRecord>> {
  const known = new Map<string, LibraryRecord>();
  const missing: string[] = [];
  for (const path of new Set(bundles.flatMap(({ libraries }) => libraries))) {
    const record = records.read<LibraryRecord>(`library ${path}`, looks);
    if (record === undefined) missing.push(path);
    else known.set(path, record.answer);
  }
  const { readLibraries } = await import("./library.ts");
  for (const [path, { files, resolutions, ...record }] of await readLibraries(missing, looks)) {
    records.write(`library ${path}`, files, resolutions, record, looks);
    known.set(path, record);
  }
  return known;
}

/** What a bundle says about its stage. */
export function recordOf({ url }: Located, bundle: StageBundle, looks: FileLooks): ModuleRecord {
  const path = fileURLToPath(url);
  const home = packageOf(path)?.folder ?? dirname(path);
  const files: Record<string, Digest> = {};
  for (const file of [...bundle.files].sort()) {
    files[relative(home, file).split(sep).join("/")] = looks.digest(file) ?? "";
  }
  return {
    code: sha256(new TextEncoder().encode(bundle.code)),
    files,
    libraries: bundle.libraries,
    uncertain: bundle.uncertain,
    suspicions: bundle.suspicions,
  };
}

/** The fingerprint that code and libraries make together. */
export function compose(record: ModuleRecord, libraries: readonly LibraryRecord[]): DurableFingerprint {
  const dependencies = [...new Set(libraries.flatMap(({ packages }) => packages))].sort();
  const parts = libraries.map(({ id, digest }) => `${id} ${digest}`).sort();
  const text = [SCHEMA, BUNDLER, record.code, ...dependencies, ...parts].join("\n");
  return {
    status: "durable",
    digest: sha256(new TextEncoder().encode(text)),
    files: { ...record.files, ...Object.fromEntries(libraries.map(({ id, digest }) => [id, digest])) },
    bundler: BUNDLER,
    dependencies,
    uncertain: [...record.uncertain, ...libraries.flatMap(({ uncertain }) => uncertain)],
    suspicions: record.suspicions,
  };
}

function recordName({ url, exportName }: Located): string {
  return `${SCHEMA} ${BUNDLER} ${url} ${exportName}`;
}
