import { expect, onTestFinished, test } from 'vitest';
import { Scanner } from '../../../src/adapters/files/scanner.ts';
import { watch } from '../../../src/adapters/files/watch.ts';
import { temporaryFolder, write } from './folder.ts';

test('without the system telling, it says so once and goes on looking', async () => {
  const folder = temporaryFolder();
  const scanner = new Scanner(folder);
  const texts: string[] = [];
  const errors: Error[] = [];
  let known = '';
  const cancel = watch(
    { path: folder, scan: () => scanner.scan(), isNew: ({ hash }) => hash !== known },
    { scanIntervalMs: 10, settleMs: 5 },
    {
      onSettled: ({ hash, files }) => {
        known = hash;
        texts.push(files.files.map(({ text }) => text).join());
        if (texts.length < 4) write(folder, { 'a.yaml': String(texts.length) });
      },
      onError: (error) => errors.push(error),
    },
    ({ onError }) => ({
      aim: () => onError(new Error('ENOSPC: System limit for number of file watchers reached')),
      close: () => {},
    }),
  );
  onTestFinished(cancel);
  await expect.poll(() => texts).toEqual(['', '1', '2', '3']);
  expect(errors.map(({ message }) => message)).toEqual([
    `The system cannot say when ${folder} changes (ENOSPC: System limit for number of file watchers reached). ` +
      'It is read every 0.01 s all the same.',
  ]);
});
