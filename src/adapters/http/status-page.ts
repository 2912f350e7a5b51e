import { createHash } from 'node:crypto';
import type { Problem } from '../../spec/problem.ts';
import type { BrokerStatus, RuleStatus, Status } from './application.ts';
import { html, Html } from './html.ts';
import { STYLE } from './style.ts';
import { count, counted, duration } from './words.ts';

/** The most rules and problems that the page lists; those that need somebody come first. */
const MAX_ROWS = 500;

/** How often a browser asks again, in seconds. */
const REFRESH_SECONDS = 5;

/** What the page may do: show itself. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The page that shows a person what the engine does: one document, without scripts and without anything to load. */
export function statusPage(status: Status, ready: boolean): string {
  const { instance, version, brokers, rules, problems } = status;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="refresh" content="${REFRESH_SECONDS}" />
        <title>${ready ? '' : '⚠ '}${instance} · automate</title>
        <link rel="icon" href="${icon(ready)}" />
        ${STYLE_ELEMENT}
      </head>
      <body>
        <header>
          <h1>automate</h1>
          <span class="soft">${instance}</span>
          <a class="pill ${ready ? 'good' : 'bad'} end" id="ready" href="/readyz">${ready ? 'Ready' : 'Not ready'}</a>
        </header>
        <main>
          <dl class="tiles">
            ${tile('Rules', count(rules.length))}
            ${tile('Messages received', count(sum(brokers, (broker) => broker.received)))}
            ${tile('Rules fired', count(sum(rules, (rule) => rule.fired)))}
            ${tile('Errors', count(sum(rules, (rule) => rule.errors)))}
            ${tile('Up for', duration(status.now - status.startedAt))}
          </dl>
          ${problems.length === 0 ? undefined : problemList(problems)}
          <h2>Brokers</h2>
          <div class="card">
            <ul>
              ${brokers.map(brokerItem)}
            </ul>
          </div>
          <h2>Rules <small>${loaded(status)}</small></h2>
          ${rules.length === 0 ? html`<div class="card"><p>There are no rules yet.</p></div>` : ruleTable(rules)}
        </main>
        <footer>
          <p><a href="/metrics">Metrics</a><a href="/readyz">Readiness</a><a href="/healthz">Health</a></p>
          <p>
            automate ${version} · <time datetime="${new Date(status.now).toISOString()}">${clock(status.now)}</time>
          </p>
        </footer>
      </body>
    </html> `;
  return page.text;
}

function tile(name: string, value: string): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;
}

function loaded({ now, reload }: Status): Html {
  const { successAt, successful } = reload;
  const when = successAt === 0 ? 'never loaded' : `loaded ${duration(now - successAt)} ago`;
  return successful ? html`${when}` : html`${when} · <span class="pill bad">last reload failed</span>`;
}

function problemList(problems: readonly Problem[]): Html {
  const errors = problems.filter(({ severity }) => severity === 'error');
  const warnings = problems.filter(({ severity }) => severity === 'warning');
  const listed = [...errors, ...warnings].slice(0, MAX_ROWS);
  return html`<h2>
      Problems <small>${counted(errors.length, 'error')}, ${counted(warnings.length, 'warning')}</small>
    </h2>
    <div class="card" id="problems">
      <ul>
        ${listed.map(problemItem)}
      </ul>
      ${more(problems)}
    </div>`;
}

function problemItem({ file, line, column, severity, code, message, hint }: Problem): Html {
  return html`<li>
    <div class="line">
      <span class="pill ${severity === 'error' ? 'bad' : 'warn'}">${severity}</span>
      <code>${file}:${line}:${column}</code> <span class="soft end">${code}</span>
    </div>
    <p>${message}${hint === undefined ? undefined : html` <span class="soft">${hint}</span>`}</p>
  </li>`;
}

function brokerItem({ name, address, connected, received, refused }: BrokerStatus): Html {
  const state = connected ? 'connected' : 'not connected';
  return html`<li>
    <div class="line">
      <span class="pill ${connected ? 'good' : 'bad'}">${state}</span> <strong>${name}</strong> <code>${address}</code>
      <span class="soft end">${counted(received, 'message')}</span>
    </div>
    ${refused.map(({ filter, reason }) => html`<p>Refuses <code>${filter}</code>: ${reason}</p>`)}
  </li>`;
}

function ruleTable(rules: readonly RuleStatus[]): Html {
  const worstFirst = rules.toSorted((a, b) => urgency(b) - urgency(a));
  return html`<div class="card">
    <table id="rules">
      <thead>
        <tr>
          <th>Rule</th>
          <th>Listens to</th>
          <th class="number">True</th>
          <th class="number">False</th>
          <th class="number">Unknown</th>
          <th class="number">Fired</th>
          <th class="number">Errors</th>
          <th>State</th>
        </tr>
      </thead>
      <tbody>
        ${worstFirst.slice(0, MAX_ROWS).map(ruleRow)}
      </tbody>
    </table>
    ${more(rules)}
  </div>`;
}

function ruleRow({ id, file, line, state, on, evaluations, fired, errors }: RuleStatus): Html {
  return html`<tr>
    <td class="wide"><strong>${id}</strong><span class="soft">${file}:${line}</span></td>
    <td class="wide">${on.map((filter) => html`<code>${filter}</code>`)}</td>
    ${number('True', evaluations.true)}${number('False', evaluations.false)}${number('Unknown', evaluations.unknown)}
    ${number('Fired', fired)}${number('Errors', errors, 'some')}
    <td data-label="State"><span class="pill ${LOOKS[state]}">${state}</span></td>
  </tr>`;
}

function number(label: string, value: number, look = ''): Html {
  return html`<td class="number ${value === 0 ? 'zero' : look}" data-label="${label}">${count(value)}</td>`;
}

/** Rules that do not run come first, then those with errors; the rest stays in order. */
function urgency({ state, errors }: RuleStatus): number {
  if (state === 'failed' || state === 'quarantined') return 2;
  return errors > 0 ? 1 : 0;
}

function more(items: readonly unknown[]): Html | undefined {
  return items.length > MAX_ROWS ? html`<p class="soft">… and ${count(items.length - MAX_ROWS)} more</p>` : undefined;
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}

function clock(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

function icon(ready: boolean): string {
  const colour = ready ? '1a7f4b' : 'b3261e';
  const circle = `<circle cx="8" cy="8" r="6" fill="#${colour}"/>`;
  return `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">${circle}</svg>`)}`;
}

/** Exactly what the policy has the hash of. */
const STYLE_ELEMENT = new Html(`<style>${STYLE}</style>`);

const LOOKS: Readonly<Record<RuleStatus['state'], string>> = {
  active: 'good',
  shadow: 'warn',
  disabled: 'quiet',
  failed: 'bad',
  quarantined: 'bad',
};
