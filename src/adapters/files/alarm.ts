/** A sleep that can be cut short. */
export class Alarm {
  #rung = false;
  #wake: (() => void) | undefined;

  /** Resolves after that time, or as soon as it rings; at once if it rang since the last sleep. */
  async sleep(milliseconds: number): Promise<void> {
    if (!this.#rung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#wake = undefined;
    this.#rung = false;
  }

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }
}
