/** Payloads as devices send them: the i-th of a kind. */
export const PAYLOADS = {
  'three numbers': (i: number) => `{"temperature":${30.5 + (i % 10)},"humidity":40,"seq":${1_000_000_000 + i}}`,
  'six of a sensor': (i: number) =>
    `{"battery":${i % 100},"humidity":${(i % 1000) / 10},"linkquality":${i % 255},"pressure":${1000 + (i % 30)},"temperature":${20 + (i % 100) / 10},"voltage":3005}`,
  'a lamp, with texts': (i: number) =>
    `{"brightness":${i % 255},"color_mode":"color_temp","linkquality":${i % 200},"state":"${i % 2 === 0 ? 'ON' : 'OFF'}","update_available":false}`,
  'with spaces': (i: number) => `{"id": "sensor-${i % 50}", "temperature": ${20 + (i % 100) / 10}, "ok": true}`,
  'an object in it': (i: number) => `{"update":{"state":"idle"},"battery":${i % 100},"contact":${i % 2 === 0}}`,
};
export type PayloadKind = keyof typeof PAYLOADS;
