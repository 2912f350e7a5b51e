import fc from 'fast-check';

/** JSON data as devices send it, hostile keys among it, that any codec gives back as it was. */
export const jsonValue: fc.Arbitrary<unknown> = fc
  .jsonValue({ maxDepth: 4, stringUnit: 'binary' })
  .map(
    (value) =>
      JSON.parse(
        JSON.stringify(value)
          .replaceAll('-0', '0')
          .replace(/[eE]\+?\d{3}/g, ''),
      ) as unknown,
  )
  .filter(isWhole);

/** No half characters: they have no UTF-8. */
function isWhole(value: unknown): boolean {
  return JSON.stringify(value).isWellFormed() && !/\\ud[89a-f]/i.test(JSON.stringify(value));
}
