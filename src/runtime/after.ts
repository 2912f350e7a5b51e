/** Resolves after so many milliseconds; it keeps no process alive. */
export function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
