import { test } from 'vitest';
import { mutatedFrames } from '../e2e/mutated-frames.ts';

test.each(['a broker', 'clients'] as const)(
  'a minute of mutated frames from %s ends connections, and nothing else',
  (by) => mutatedFrames(by, 60, Date.now()),
);
