import type { Effect } from '../core/effect.ts';

/** The user property by which a message that is published again, after the engine has ended, is known to be the same. */
const ID_PROPERTY = 'automate-id';

/** The effect with an id of its own, if it is one that can carry it. */
export function withId(effect: Effect, id: string): Effect {
  if (effect.type !== 'publish') return { ...effect };
  const user = Object.create(null) as Record<string, string | readonly string[]>; // Typed as any.
  if (effect.properties?.user !== undefined) Object.assign(user, effect.properties.user);
  user[ID_PROPERTY] = id;
  return { ...effect, properties: { ...effect.properties, user } };
}
