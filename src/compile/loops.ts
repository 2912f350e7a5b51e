import { matchedLevels } from '../core/topics/filter.ts';
import { TopicTrie } from '../core/topics/trie.ts';
import type { Problem } from '../spec/problem.ts';
import type { LocatedRule } from './rule.ts';

type Placed = LocatedRule & { readonly file: string };

/** Rules of one circle that are named. */
const MAX_NAMES = 10;

/** Rules whose output can wake themselves, directly or through others: a warning for each circle. */
export function findLoops(rules: readonly Placed[]): Problem[] {
  return circles(graphOf(rules)).map((circle) => {
    const members = circle.flatMap((place) => rules[place] ?? []);
    const rule = members[0] as Placed; // No circle is without a rule.
    const names = members.map((member) => member.rule.id);
    const shown = names.slice(0, MAX_NAMES).map((name) => `"${name}"`);
    if (names.length > MAX_NAMES) shown.push(`${names.length - MAX_NAMES} more`);
    const message =
      names.length === 1
        ? `rule "${names[0]}" can publish to a topic it listens to`
        : `rules ${shown.join(' → ')} → "${names[0]}" can wake each other in a circle`;
    const hint = 'If the condition does not end it, the hop limit will: publish to another topic, or narrow the filter';
    return {
      file: rule.file,
      line: rule.line,
      column: rule.column,
      length: 1,
      severity: 'warning',
      code: 'loop',
      message,
      hint,
    };
  });
}

/**
 * What leads to what: a rule to the filters of what it can publish, those to the filters listened to that overlap with
 * them, and those to the rules that listen. Rules come first, by their places. Edges from rule to rule would be the square
 * of their number where many share a filter.
 */
function graphOf(rules: readonly Placed[]): number[][] {
  const edges: number[][] = rules.map(() => []);
  const addNode = (): number => edges.push([]) - 1;
  const listening = new Map<string, TopicTrie<number>>();
  for (const [place, { rule }] of rules.entries()) {
    for (const { broker, filter, kind } of rule.inputs) {
      if (kind !== 'message') continue; // An alert is acknowledged once, and a wait starts nothing.
      let trie = listening.get(broker);
      if (trie === undefined) listening.set(broker, (trie = new TopicTrie()));
      edges[trie.at(filter.text, addNode)]?.push(place);
    }
  }
  const overlaps = new Map([...listening].map(([broker, trie]) => [broker, trie.overlaps()]));
  const publishing = new Map<string, number>();
  for (const [place, { outputs }] of rules.entries()) {
    for (const { broker, filter } of outputs) {
      const name = `${broker}\0${filter}`;
      let output = publishing.get(name);
      if (output === undefined) {
        const inputs: number[] = [];
        overlaps.get(broker)?.find(matchedLevels(filter), (input) => inputs.push(input));
        publishing.set(name, (output = edges.push(inputs) - 1));
      }
      edges[place]?.push(output);
    }
  }
  return edges;
}

/** The strongly connected groups with a circle in them (Tarjan's algorithm, without recursion). */
function circles(edges: readonly (readonly number[])[]): number[][] {
  const index = new Array<number>(edges.length).fill(-1);
  const low = new Array<number>(edges.length).fill(0);
  const onStack = new Array<boolean>(edges.length).fill(false);
  const stack: number[] = [];
  const found: number[][] = [];
  let counter = 0;
  for (let root = 0; root < edges.length; root++) {
    if (index[root] !== -1) continue;
    const work: { node: number; next: number }[] = [{ node: root, next: 0 }];
    while (work.length > 0) {
      const top = work[work.length - 1] as { node: number; next: number }; // The loop runs while there is one.
      const { node } = top;
      if (top.next === 0) {
        index[node] = low[node] = counter++;
        stack.push(node);
        onStack[node] = true;
      }
      const target = edges[node]?.[top.next++];
      if (target !== undefined) {
        if (index[target] === -1) work.push({ node: target, next: 0 });
        else if (onStack[target]) low[node] = Math.min(low[node] ?? 0, index[target] ?? 0);
        continue;
      }
      work.pop();
      const parent = work[work.length - 1]?.node;
      if (parent !== undefined) low[parent] = Math.min(low[parent] ?? 0, low[node] ?? 0);
      if (low[node] !== index[node]) continue;
      const group: number[] = [];
      for (;;) {
        const member = stack.pop() ?? node;
        onStack[member] = false;
        group.push(member);
        if (member === node) break;
      }
      if (group.length > 1) found.push(group.sort((a, b) => a - b));
    }
  }
  return found;
}
