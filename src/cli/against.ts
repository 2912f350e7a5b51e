import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineAddress } from '../app/ask-engine.ts';
import { checkRules } from '../app/check.ts';
import type { Config } from '../app/config.ts';
import { rulesOfEngine } from '../app/engine-rules.ts';
import { rememberingRules, type RememberingRule } from '../app/lost-state.ts';
import { storedRules, withStoredState } from '../app/stored-state.ts';
import { version } from '../app/version.ts';
import { escapeControls } from '../core/escape.ts';
import type { Problem } from '../spec/problem.ts';
import { answerOf, configuredEngine } from './engine-answer.ts';
import { EXIT } from './exit-codes.ts';
import { Failure, inWords } from './failure.ts';

/** Rules that run, or ran, in whose place others are to come. */
export interface Against {
  readonly rules: readonly RememberingRule[];
  /** They only evaluate and count, and so will the others. */
  readonly shadow: boolean;
  /** Errors in their files. */
  readonly problems: readonly Problem[];
}

/**
 * What `check --against` names: rule files, the address of a running engine or the one of this configuration (`running`),
 * or the state that a stopped one has left. Throws a Failure if it cannot be had.
 */
export async function against(config: Config, what: string): Promise<Against> {
  if (what === 'running') return ofEngine(configuredEngine(config));
  if (/^https?:/i.test(what)) return ofEngine({ url: engineUrl(what), token: config.http?.token });
  if (existsSync(join(what, 'CURRENT'))) return ofState(what);
  const checked = await checkRules(config, [what]);
  const problems = checked.problems.filter(({ severity }) => severity === 'error');
  return { rules: rememberingRules(checked), shadow: false, problems };
}

async function ofEngine(address: EngineAddress): Promise<Against> {
  const answer = answerOf(await rulesOfEngine(address), address);
  const [theirs, ours] = [answer.version, version()];
  if (theirs !== ours)
    process.stderr.write(
      `the engine is version ${escapeControls(theirs)}: this is what one of version ${ours} would not take up\n`,
    );
  return { ...answer, problems: [] };
}

/** LevelDB keeps a file of that name; a folder with rules has no use for it. */
async function ofState(folder: string): Promise<Against> {
  try {
    const rules = await withStoredState({ folder }, (_store, { cells }) => storedRules(cells, folder));
    return { rules, shadow: false, problems: [] };
  } catch (error) {
    throw new Failure(inWords(error), EXIT.failed, { cause: error });
  }
}

/** The address of an engine as it is asked: there may be a path, where another server stands before it. */
function engineUrl(text: string): string {
  if (!URL.canParse(text))
    throw new Failure('--against: that is no address of an engine (http://host:port)', EXIT.usage);
  const { origin, pathname, username, password } = new URL(text);
  if (username !== '' || password !== '') {
    const hint = 'its token comes from the configuration (`http: { token: … }`, AUTOMATE_HTTP_TOKEN)';
    throw new Failure(`--against: an address of an engine has no user and no password, ${hint}`, EXIT.usage);
  }
  return `${origin}${pathname.replace(/\/+$/, '')}`;
}
