import type { Cancel } from './clock.ts';

/** A rule file as it was read. `path` is as a user would write it, relative to where the engine was started. */
export interface RuleFile {
  readonly path: string;
  readonly text: string;
}

/** A file or folder that could not be read. */
export interface UnreadableFile {
  readonly path: string;
  readonly reason: string;
}

/** All rule files at one moment, in order of path. */
export interface RuleFiles {
  readonly files: readonly RuleFile[];
  readonly unreadable: readonly UnreadableFile[];
}

/** Where rule files come from. */
export interface RuleSource {
  /** Everything there is now. Never rejects for one bad file: that one is in `unreadable`. */
  read(): Promise<RuleFiles>;
  /**
   * Call `changed` with the files whenever their content differs from what was last read or reported, and has been the
   * same in two scans. Survives its own errors, which go to `failed`.
   */
  watch(changed: (files: RuleFiles) => void, failed: (error: Error) => void): Cancel;
}
