/** How benchmarks are run. */
export interface Options {
  /** The folder with `src` and `bench` as JavaScript. */
  readonly built: string;
  /** Fewer and shorter rounds: to see that it works, not to quote. */
  readonly quick: boolean;
  /** Measure Node-RED too, which is installed for it. */
  readonly nodeRed: boolean;
  /** Show a person what is going on. */
  readonly tell: (message: string) => void;
}
