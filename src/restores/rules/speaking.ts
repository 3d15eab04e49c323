import type { Actor } from '../../accounts/index.ts';
import type { Sites } from '../../sites/index.ts';
import { asUsername, findPerson, maySpeakForOthers, mustSpeakFor } from './people.ts';

/** Somebody of a target, as whoever asks for them sees them. */
export interface Spoken {
  /** As the target keeps it. */
  username: string;
  fullname: string;
}

/** Whether the actor may ask for other people of a target; operators ask for whom they like. */
export async function maySpeak(
  sites: Sites,
  actor: Actor,
  target: string | number,
  signal?: AbortSignal,
): Promise<boolean> {
  if (actor.kind !== 'person') return true;
  return maySpeakForOthers(sites, await sites.get(target), actor.username, signal);
}

/**
 * Whom of a target the actor asks for. Whoever may not is told so before anything is told of that person, also whether
 * there is one. @throws AppError `not-allowed`, `not-found`, `conflict`
 */
export async function speakFor(
  sites: Sites,
  actor: Actor,
  { target, person }: { target: string | number; person: string },
  signal?: AbortSignal,
): Promise<Spoken> {
  const site = await sites.get(target);
  const named = asUsername(person);
  const sender =
    actor.kind === 'person' ? ({ kind: 'person', username: actor.username } as const) : { kind: actor.kind };
  await mustSpeakFor(sites, site, sender, named, signal);
  const { username, fullname } = await findPerson(sites, site, named, signal);
  return { username, fullname };
}
