/** How the status page looks: light or dark as the system is, and in one column on a phone. */
export const STYLE = `
:root { color-scheme: light dark;
  --page: #f6f7f9; --card: #fff; --line: #e3e6ea; --text: #1b1f24; --soft: #5d6673;
  --good: #1a7f4b; --good-soft: #e2f4ea; --bad: #b3261e; --bad-soft: #fce8e6;
  --warn: #8a5a00; --warn-soft: #fdf1d8; --link: #0b57d0; }
@media (prefers-color-scheme: dark) { :root {
  --page: #14171b; --card: #1d2127; --line: #30363e; --text: #e6e9ed; --soft: #9aa4b1;
  --good: #6bd39a; --good-soft: #17382a; --bad: #ff8f86; --bad-soft: #45211f;
  --warn: #f0c261; --warn-soft: #3d3117; --link: #8ab4f8; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
main, header, footer { max-width: 68rem; margin: 0 auto; padding: 0 1.25rem; }
header { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem .75rem; padding-top: 1.75rem; }
h1 { font-size: 1.45rem; line-height: 1.2; margin: 0; letter-spacing: -.01em; }
h2 { font-size: 1rem; margin: 2rem 0 .6rem; }
h2 small, .soft { color: var(--soft); font-weight: 400; }
a { color: var(--link); text-decoration-thickness: 1px; text-underline-offset: 2px; }
code { font: .92em/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
.pill { display: inline-block; text-decoration: none; border-radius: 1rem; padding: .1rem .65rem; font-size: .85rem; font-weight: 600; white-space: nowrap; }
.good { color: var(--good); background: var(--good-soft); }
.bad { color: var(--bad); background: var(--bad-soft); }
.warn { color: var(--warn); background: var(--warn-soft); }
.quiet { color: var(--soft); background: var(--line); }
.end { margin-left: auto; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .75rem; margin: 1.25rem 0 0; }
.tiles div, .card { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; }
.tiles div { padding: .7rem .9rem; display: flex; flex-direction: column-reverse; justify-content: flex-end; }
.tiles dt { color: var(--soft); font-size: .85rem; }
.tiles dd { margin: 0; font-size: 1.35rem; font-weight: 600; line-height: 1.3; font-variant-numeric: tabular-nums; }
.card { overflow: hidden; }
.card > p, .card li { margin: 0; padding: .7rem .9rem; }
.card ul { list-style: none; margin: 0; padding: 0; }
.card li + li { border-top: 1px solid var(--line); }
.card li p { margin: .2rem 0 0; }
.line { display: flex; flex-wrap: wrap; align-items: baseline; gap: .2rem .6rem; }
table { width: 100%; border-collapse: collapse; }
th { text-align: left; font-weight: 500; font-size: .85rem; color: var(--soft); }
th, td { padding: .6rem .9rem; border-bottom: 1px solid var(--line); vertical-align: top; }
tbody tr:last-child td { border-bottom: 0; }
td > code, td > .soft { display: block; }
td > .soft { font-size: .9rem; overflow-wrap: anywhere; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.zero { color: var(--soft); }
.some { color: var(--bad); font-weight: 600; }
footer { margin-top: 2rem; padding-bottom: 2rem; color: var(--soft); font-size: .9rem; }
footer a { margin-right: 1rem; }
@media (max-width: 60rem) {
  table, tbody { display: block; }
  thead { display: none; }
  tr { display: grid; grid-template-columns: repeat(auto-fill, minmax(6.4rem, 1fr)); padding: .6rem .9rem; }
  tr { border-bottom: 1px solid var(--line); }
  tr:last-child { border-bottom: 0; }
  td { border: 0; padding: .15rem 0; }
  td.wide { grid-column: 1 / -1; }
  .number { text-align: left; }
  td[data-label]::before { content: attr(data-label); display: block; color: var(--soft); font-size: .78rem; font-weight: 400; }
}
@media (max-width: 36rem) {
  main, header, footer { padding-left: .9rem; padding-right: .9rem; }
  .tiles { grid-template-columns: 1fr 1fr; gap: .6rem; }
  .tiles div:last-child:nth-child(odd) { grid-column: 1 / -1; }
  .line .end { margin-left: 0; }
}
`;
