import { KEYWORDS, type KeywordName } from '../src/compile/keywords.ts';
import { RESERVED } from '../src/compile/reserved-names.ts';
import { AGGREGATE_FUNCTIONS } from '../src/core/aggregates/functions.ts';
import { OPERATOR_GROUPS } from '../src/core/logic/operators.ts';
import { SUN_EVENTS } from '../src/core/schedules/sun.ts';
import { printExpression } from '../src/spec/expression/print.ts';

/** The text of docs/rules.md: what people explain by hand, and the tables from the code. */
export function rulesReference(prose: string): string {
  return prose
    .replace('<!-- contents -->', () => contents(prose))
    .replace('<!-- keywords -->', () => keywordTable())
    .replace('<!-- sun -->', () => sunTable())
    .replace('<!-- operators -->', () => operatorTables())
    .replace('<!-- aggregates -->', () => aggregateTable())
    .replace('<!-- reserved -->', () => [...RESERVED].map((name) => `\`${name}\``).join(', '));
}

function contents(prose: string): string {
  return headingsOf(prose)
    .filter(({ level }) => level === 2)
    .map(({ text, anchor }) => `[${text}](#${anchor})`)
    .join(' · ');
}

/** The headings of a page, with the anchors that GitHub gives them. */
export function headingsOf(page: string): { readonly level: number; readonly text: string; readonly anchor: string }[] {
  const prose = page.replaceAll(/^```[^]*?^```$/gm, '');
  return [...prose.matchAll(/^(#+) (.+)$/gm)].map(([, marks = '', text = '']) => {
    const anchor = text
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-');
    return { level: marks.length, text, anchor };
  });
}

function keywordTable(): string {
  const rows = Object.entries(KEYWORDS).map(
    ([name, { docs, example }]) => `### \`${name}\`\n\n${docs}\n\n\`\`\`yaml keyword\n${example}\n\`\`\`\n`,
  );
  return rows.join('\n');
}

function sunTable(): string {
  const rows = Object.entries(SUN_EVENTS).map(([name, { docs }]) => `| \`${name}\` | ${docs} |`);
  return `| \`sun\` | when |\n|---|---|\n${rows.join('\n')}`;
}

function operatorTables(): string {
  return Object.entries(OPERATOR_GROUPS)
    .map(([group, operators]) => {
      const rows = operators.map(({ signature, summary, example }) => {
        const shown = `${printExpression(example.logic)} → ${JSON.stringify(example.result)}`;
        return `| \`${cell(signature)}\` | ${cell(summary)} | \`${cell(shown)}\` |`;
      });
      return `### ${group}\n\n| operator | answers | example |\n|---|---|---|\n${rows.join('\n')}\n`;
    })
    .join('\n');
}

function aggregateTable(): string {
  const rows = AGGREGATE_FUNCTIONS.map(({ signature, summary, example: { expression, values, result } }) => {
    const shown = `${expression} of ${values.map((value) => JSON.stringify(value)).join(', ')} → ${JSON.stringify(result)}`;
    return `| \`${cell(signature)}\` | ${cell(summary)} | \`${cell(shown)}\` |`;
  });
  return `| function | answers | example |\n|---|---|---|\n${rows.join('\n')}`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

/** Keys of levels, which nothing would end without a condition. */
const NEEDS_CONDITION: ReadonlySet<KeywordName> = new Set(['else', 'fire', 'for', 'times', 'repeat', 'end', 'alert']);

/** A rule with one example of a keyword in it, and what else the rule needs to stand. */
export function ruleWith(keyword: KeywordName): string {
  const { example } = KEYWORDS[keyword];
  const needs: readonly (readonly [KeywordName, string])[] = [
    ['id', 'id: example'],
    ['on', 'on: home/+room/temperature'],
    ...(NEEDS_CONDITION.has(keyword) ? ([['if', 'if: temperature > 30']] as const) : []),
    ...(keyword === 'mode' || keyword === 'max' ? ([['do', 'do: [{ wait: 1m }]']] as const) : []),
    ...(keyword === 'set' ? ([['memory', 'memory: { count: 0 }']] as const) : []),
    ['publish', 'publish: { topic: a/b, payload: x }'],
  ];
  const instead = keyword === 'sequence' ? 'on' : keyword;
  return [...needs.filter(([name]) => name !== keyword && name !== instead).map(([, text]) => text), example].join(
    '\n',
  );
}
