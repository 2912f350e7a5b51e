import type { App } from '../app.ts';
import type { Log } from '../ports/log.ts';

/** Reload whenever this process gets a SIGHUP, when it has started; a reload that fails altogether is logged. */
export function reloadOnSignal(starting: Promise<Pick<App, 'reload'>>, log: Log): void {
  const running = starting.catch(() => null); // Who waits for the start says why.
  process.on('SIGHUP', () => {
    const reloaded = running.then((app) => app?.reload());
    reloaded.catch((error: unknown) => log.write('error', `reload failed: ${String(error)}`));
  });
}
