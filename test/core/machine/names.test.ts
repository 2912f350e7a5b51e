import { describe, expect, test } from 'vitest';
import { Stage } from './acting.ts';

describe('a name', () => {
  test('means the let value before the memory, the lookup, the capture, the var and the field', () => {
    const shown = (keys: string): string[] => {
      const stage = new Stage(`{ vars: { x: var }, rules: [{ id: r, ${keys}, log: "\${x}" }] }`);
      stage.send('s', 'lookup');
      return stage.send('a/capture', { x: 'field' });
    };
    expect(shown('on: "a/+x", with: { x: s }, memory: { x: memory }, let: { x: "\'let\'" }')).toEqual(['info: let']);
    expect(shown('on: "a/+x", with: { x: s }, memory: { x: memory }')).toEqual(['info: memory']);
    expect(shown('on: "a/+x", with: { x: s }')).toEqual(['info: lookup']);
    expect(shown('on: "a/+x"')).toEqual(['info: capture']);
    expect(shown('on: a/#')).toEqual(['info: var']);
    expect(new Stage('{ id: r, on: a/#, log: "${x}" }').send('a/b', { x: 'field' })).toEqual(['info: field']);
  });

  test('of a let may be made of what it hides', () => {
    const stage = new Stage('{ id: r, on: a/+room, let: { room: upper(room), both: room }, log: "${room} ${both}" }');
    expect(stage.send('a/bath')).toEqual(['info: BATH BATH']);
  });

  test('that hides a field leaves it reachable through the payload', () => {
    expect(new Stage('{ id: r, on: a/+x, log: "${x} ${payload.x}" }').send('a/1', { x: 2 })).toEqual(['info: 1 2']);
  });

  test('is one of the reserved ones wherever it stands', () => {
    const stage = new Stage(
      '{ id: my-rule, on: a/+, log: "${topic} ${key} ${now} ${rule} ${qos} ${retained} ${payload.topic} ${properties.site}" }',
    );
    const properties = { user: { site: 'north' } };
    expect(stage.send('a/b', { topic: 'mine' }, { at: 1234, qos: 2, properties })).toEqual([
      'info: a/b b 1234 my-rule 2 false mine north',
    ]);
  });

  test('of a JSON-logic variable means the same', () => {
    const stage = new Stage(`
      { vars: { limit: 3 }, rules: [
        { id: r, on: "a/+x", if: { ">": [{ var: "payload.n" }, { var: limit }] }, let: { y: { cat: [{ var: x }, "!"] } }, log: "\${y}" } ] }`);
    expect(stage.sendAll('a/b', [{ n: 3 }, { n: 4 }])).toEqual(['info: b!']);
  });

  test('of a var may lead to lists and mappings', () => {
    const stage = new Stage(`
      { vars: { names: { kitchen: Küche }, list: [1, 2] }, rules: [
        { id: r, on: "a/+x", log: "\${names[x] ?? x} \${list[1]} \${length(list)}" } ] }`);
    expect([...stage.send('a/kitchen'), ...stage.send('a/constructor')]).toEqual([
      'info: Küche 2 2',
      'info: constructor 2 2',
    ]);
  });

  test('previous is the payload of the message before, of this key, that `where` let in', () => {
    const stage = new Stage('{ id: r, on: a/+x, where: v > 0, log: "${previous.v ?? 0}" }');
    expect(stage.sendAll('a/1', [{ v: 1 }, { v: 0 }, { v: 2 }, { v: 3 }])).toEqual(['info: 0', 'info: 1', 'info: 2']);
    expect(stage.send('a/2', { v: 9 })).toEqual(['info: 0']);
  });
});
