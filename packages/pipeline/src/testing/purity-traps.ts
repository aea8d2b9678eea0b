import { SimloomError } from "@simloom/units";

/** What stands behind a trap, and what to use instead. */
const remedies = {
  "new Date()": "Take times in by the configuration or an input.",
  "Date.now()": "Take times in by the configuration or an input.",
  "performance.now()": "Leave timing to the run: each record has durationMs.",
  "Math.random()": 'Declare a stream, random: ["noise"], and draw from context.random("noise").',
  "process.env": 'Declare a policy key, policy: ["domain.setting"], and read context.policy("domain.setting").',
  "crypto.getRandomValues()": 'Declare a stream, random: ["noise"], and draw from context.random("noise").',
  "crypto.randomUUID()": "Name things by their content; digestOf(value) is stable.",
} as const;

let stageName: string | undefined;

/** Says which stage is at work while `act` lasts, for the messages of traps. */
export async function naming<T>(name: string, act: () => Promise<T>): Promise<T> {
  const outer = stageName;
  stageName = name;
  try {
    return await act();
  } finally {
    stageName = outer;
  }
}

/**
 * Runs `act` while clocks, randomness and the environment are out of bounds: whoever reaches for them gets an error that
 * names the stage and what to use instead. Give it `() => runStage(stage, …)`; a whole run reads the clock itself.
 *
 * The traps are global while `act` lasts, so do not run tests concurrently around it.
 * Errors: PIPE-017.
 */
export async function withPurityTraps<T>(act: () => T | Promise<T>): Promise<T> {
  const undo = [
    trapDate(),
    trapMember(performance, "now", "performance.now()"),
    trapMember(Math, "random", "Math.random()"),
  ];
  const { crypto, process } = globalThis as { crypto?: object; process?: { env?: object } };
  if (crypto !== undefined) {
    undo.push(
      trapMember(crypto, "getRandomValues", "crypto.getRandomValues()"),
      trapMember(crypto, "randomUUID", "crypto.randomUUID()"),
    );
  }
  if (process?.env !== undefined) undo.push(trapEnvironment(process as { env: object }));
  try {
    return await act();
  } finally {
    for (const restore of undo.reverse()) restore();
  }
}

type Trap = keyof typeof remedies;

/** Platform and test runner go on with the real thing; only the nearest caller counts. */
function refuse(what: Trap): void {
  const caller = new Error().stack?.split("\n")[3] ?? "";
  if (/node:|[\\/@]vitest[\\/]/.test(caller)) return;
  throw new SimloomError({
    code: "PIPE-017",
    message: `${stageName === undefined ? "a stage" : `stage ${stageName}`} used ${what}: its result would not depend on its key alone`,
    remedy: remedies[what],
    ...(stageName === undefined ? {} : { path: stageName }),
  });
}

function trapMember(holder: object, name: string, what: Trap): () => void {
  const own = Object.getOwnPropertyDescriptor(holder, name);
  const original = (holder as Record<string, (...all: unknown[]) => unknown>)[name];
  const trap = (...all: unknown[]): unknown => {
    refuse(what);
    return original?.apply(holder, all);
  };
  Object.defineProperty(holder, name, { value: trap, configurable: true, writable: true });
  return () => {
    if (own === undefined) delete (holder as Record<string, unknown>)[name];
    else Object.defineProperty(holder, name, own);
  };
}

function trapDate(): () => void {
  const original = Date;
  const trapped = new Proxy(original, {
    apply(target, self, all) {
      refuse("new Date()");
      return Reflect.apply(target, self, all);
    },
    construct(target, all, made) {
      if (all.length === 0) refuse("new Date()");
      return Reflect.construct(target, all, made);
    },
    get(target, name, receiver) {
      if (name !== "now") return Reflect.get(target, name, receiver);
      return () => {
        refuse("Date.now()");
        return target.now();
      };
    },
  });
  globalThis.Date = trapped;
  return () => {
    globalThis.Date = original;
  };
}

function trapEnvironment(process: { env: object }): () => void {
  const original = process.env;
  process.env = new Proxy(original, {
    get(target, name, receiver) {
      refuse("process.env");
      return Reflect.get(target, name, receiver);
    },
    has(target, name) {
      refuse("process.env");
      return Reflect.has(target, name);
    },
    ownKeys(target) {
      refuse("process.env");
      return Reflect.ownKeys(target);
    },
  });
  return () => {
    process.env = original;
  };
}
