import type { MetricReader } from './metric.ts';

/** Which version of this program runs, on which Node. */
export function buildInfo(version: string): MetricReader {
  return {
    name: 'automate_build_info',
    type: 'gauge',
    help: 'Always 1; its labels say which version runs on which Node.',
    read: () => [{ labels: { version, node: process.version }, value: 1 }],
  };
}
