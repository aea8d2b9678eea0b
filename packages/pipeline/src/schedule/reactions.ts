/**
 * Calls back when those who wait for a promise that was settled just now have reacted. A slot that was given back is
 * handed out only then, since what the reaction submits may need it more than what waits already.
 *
 * A reaction runs through a chain of promises (attempts, claim, store); each link takes a turn or three.
 */
export function afterReactions(callback: () => void): void {
  let turns = 0;
  const turn = (): void => {
    turns += 1;
    if (turns > TURNS) callback();
    else void Promise.resolve().then(turn);
  };
  turn();
}

const TURNS = 16;
