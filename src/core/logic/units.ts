/** A unit of measurement: of a value x, `(x - zero) * factor / divisor` is the same in the base unit of its quantity. */
export interface Unit {
  readonly name: string;
  readonly quantity: string;
  readonly factor: number;
  readonly divisor: number;
  readonly zero: number;
}

/** The unit of that name, with its letters as written: mW is not MW. */
export function unitOf(name: string): Unit | undefined {
  return UNITS.get(name);
}

/** The names of all units, to say which one was meant. */
export function unitNames(): Iterable<string> {
  return UNITS.keys();
}

/** The value in another unit of the same quantity. */
export function convert(value: number, from: Unit, to: Unit): number {
  if (from === to) return value;
  const base = ((value - from.zero) * from.factor) / from.divisor;
  return (base * to.divisor) / to.factor + to.zero;
}

/** By quantity: each name with the factor and divisor to the base unit, and its zero there. Names with a bar mean the same. */
const TABLE: Readonly<
  Record<string, Readonly<Record<string, readonly [factor: number, divisor?: number, zero?: number]>>>
> = {
  temperature: { 'C|°C': [1], 'F|°F': [5, 9, 32], K: [1, 1, 273.15] },
  length: {
    mm: [1, 1_000],
    cm: [1, 100],
    m: [1],
    km: [1_000],
    in: [127, 5_000],
    ft: [381, 1_250],
    yd: [1_143, 1_250],
    mi: [201_168, 125],
    nmi: [1_852],
  },
  speed: { 'm/s': [1], 'km/h': [5, 18], mph: [1_397, 3_125], kn: [463, 900], 'ft/s': [381, 1_250] },
  pressure: {
    Pa: [1],
    'hPa|mbar': [100],
    kPa: [1_000],
    MPa: [1_000_000],
    bar: [100_000],
    psi: [6_894.757293168],
    atm: [101_325],
    mmHg: [133.322387415],
    inHg: [3_386.389],
  },
  mass: { mg: [1, 1_000], g: [1], kg: [1_000], t: [1_000_000], oz: [28.349523125], lb: [453.59237] },
  volume: {
    ml: [1, 1_000],
    cl: [1, 100],
    dl: [1, 10],
    'l|L': [1],
    'm3|m³': [1_000],
    'ft3|ft³': [28.316846592],
    floz: [0.0295735295625],
    qt: [0.946352946],
    gal: [3.785411784],
  },
  energy: {
    J: [1],
    kJ: [1_000],
    MJ: [1_000_000],
    Wh: [3_600],
    kWh: [3_600_000],
    MWh: [3_600_000_000],
    cal: [523, 125],
    kcal: [4_184],
    BTU: [1_055.05585262],
  },
  power: {
    mW: [1, 1_000],
    W: [1],
    kW: [1_000],
    MW: [1_000_000],
    hp: [745.6998715822702],
    'BTU/h': [0.2930710701722222],
  },
};

const UNITS: ReadonlyMap<string, Unit> = new Map(
  Object.entries(TABLE).flatMap(([quantity, units]) =>
    Object.entries(units).flatMap(([names, [factor, divisor = 1, zero = 0]]) => {
      const [name = '', ...others] = names.split('|');
      const unit: Unit = { name, quantity, factor, divisor, zero };
      return [name, ...others].map((alias): [string, Unit] => [alias, unit]);
    }),
  ),
);
