import { NEVER } from '../core/stage.ts';
import type { MemorySlot } from '../core/stages/memory.ts';
import type { Path } from '../spec/document.ts';
import { durationFault, parseDuration } from '../spec/duration.ts';
import { checkName } from './own-name.ts';
import type { Report } from './report.ts';

/** Compile `memory`: each name to its initial value. */
export function compileMemory(values: Readonly<Record<string, unknown>>, path: Path, report: Report): MemorySlot[] {
  const slots: MemorySlot[] = [];
  for (const [name, value] of Object.entries(values)) {
    if (!checkName(name, [...path, name], report)) continue;
    slots.push(memorySlot(name, value, [...path, name], report));
  }
  return slots;
}

/** A literal, or `{ initial, ttl }`. */
function memorySlot(name: string, value: unknown, path: Path, report: Report): MemorySlot {
  if (typeof value !== 'object' || value === null || !('initial' in value)) {
    if (hasLifetime(value)) {
      const message = `this mapping is itself the initial value of \`${name}\`: its \`ttl\` does nothing`;
      report.warning(path, 'no-lifetime', message, `Write { initial: …, ttl: ${value.ttl} }`);
    }
    return { name, initial: value, ttl: NEVER };
  }
  const { initial, ttl, ...rest } = value as { initial: unknown; ttl?: unknown };
  const [other] = Object.keys(rest);
  if (other !== undefined) {
    report.errorAtKey(
      [...path, other],
      'unknown-key',
      `"${other}" is not a key of a memory value`,
      'A memory value with `initial` has `initial` and `ttl`',
    );
  }
  if (ttl === undefined) return { name, initial, ttl: NEVER };
  const lifetime = typeof ttl === 'string' ? parseDuration(ttl) : undefined;
  if (lifetime === undefined) report.error([...path, 'ttl'], 'wrong-type', durationFault(ttl));
  return { name, initial, ttl: lifetime ?? NEVER };
}

function hasLifetime(value: unknown): value is { readonly ttl: string } {
  if (typeof value !== 'object' || value === null || !('ttl' in value)) return false;
  return typeof value.ttl === 'string' && parseDuration(value.ttl) !== undefined;
}
