import type { App } from '../app.ts';
import type { Log } from '../ports/log.ts';

/** Reload whenever this process gets a SIGHUP; a reload that fails altogether is logged. */
export function reloadOnSignal(app: Pick<App, 'reload'>, log: Log): void {
  process.on('SIGHUP', () => {
    app.reload().catch((error: unknown) => log.write('error', `reload failed: ${String(error)}`));
  });
}
