import { writeFileSync } from 'node:fs';
import { dashboard } from './dashboard.ts';

// Writes the dashboard as Grafana reads it. It is committed, so that nobody has to build anything to use it.
writeFileSync(new URL('dashboards/automate.json', import.meta.url), `${JSON.stringify(dashboard(), undefined, 2)}\n`);
