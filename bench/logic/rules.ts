/** Condition `i` of many, as JSON-logic: all different, of the kinds that people write. */
export function condition(i: number): Logic {
  const limit = 10 + (i % 400) / 10;
  switch (i % 5) {
    case 0:
      return { '>': [{ var: 'temperature' }, limit] };
    case 1:
      return {
        and: [
          { '>': [{ var: 'humidity' }, limit] },
          { or: [{ '==': [{ var: 'mode' }, 'auto'] }, { '<': [{ var: 'battery.level' }, 5 + (i % 90)] }] },
          { '!': [{ '==': [{ var: 'device' }, `sensor-${i}`] }] },
        ],
      };
    case 2:
      return { in: [{ var: 'device' }, [`sensor-${i % 64}`, `sensor-${(i + 7) % 64}`, `other-${i}`]] };
    case 3:
      return { '>': [{ '*': [{ '-': [{ var: 'fahrenheit' }, 32] }, 5 / 9] }, limit] };
    default:
      return {
        and: [
          { '<=': [limit - 10, { var: 'temperature' }, limit] },
          { '>=': [{ '+': [{ var: 'power' }, i % 100] }, 500] },
        ],
      };
  }
}

export type Logic = Readonly<Record<string, unknown>>;

/** Payloads of sensors. In every second one a field is missing, as happens. */
export function payloads(): Record<string, unknown>[] {
  return Array.from({ length: 64 }, (_, i) => {
    const payload: Record<string, unknown> = {
      temperature: 5 + ((i * 37) % 450) / 10,
      humidity: 20 + ((i * 13) % 60),
      mode: i % 3 === 0 ? 'auto' : 'away',
      battery: { level: (i * 29) % 101, voltage: 3.1 },
      device: `sensor-${i}`,
      fahrenheit: 50 + ((i * 11) % 50),
      power: (i * 97) % 1000,
    };
    if (i % 2 === 1) delete payload[Object.keys(payload)[(i >> 1) % 7] ?? ''];
    // As it would come off the wire: what `delete` leaves behind is slower than any payload.
    return JSON.parse(JSON.stringify(payload)) as Record<string, unknown>;
  });
}
