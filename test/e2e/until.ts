const PAUSE_MS = 20;

/** Resolves with the first answer that is neither undefined nor false; rejects, saying what was waited for, after `timeoutMs`. */
export async function until<T>(
  what: string,
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = 15_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms for ${what}`);
    await pause(PAUSE_MS);
  }
}

/** For what has a pace of its own: a load, a writer that takes its time. Never a way to wait for something. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
