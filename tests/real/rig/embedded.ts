import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDoor } from '../../../src/demo/door.ts';
import { socketPath } from '../../../src/store/index.ts';
import type { Control } from './control.ts';

export interface EmbeddedSite {
  name: string;
  release: string;
  branch: number;
  profiles: ('source' | 'target')[];
  categories?: { name: string; idnumber: string }[];
}

/** An embedded site beside the real ones, made by the engine's own door and known to Jouvence by its tokens. */
export async function addEmbedded(control: Control, site: EmbeddedSite): Promise<void> {
  const key = readFileSync(join(control.dataDir, 'engine.key'), 'utf8').trim();
  const door = openDoor(socketPath(control.dataDir, 'door.sock'), key);
  const { name, release, branch, profiles, categories = [{ name: 'Cours', idnumber: 'CAT-RICH' }] } = site;
  const host = `${name}.localhost`;
  const url = `http://${host}:${new URL(control.url).port}`;
  await door.call('createSite', {}, { name, host, url, fullname: name, language: 'fr', release, branch });
  await door.call('addCategories', { site: name }, categories);
  const person = { username: 'prof.martin', firstname: 'Élise', lastname: 'Martin', email: 'prof.martin@example.org' };
  await door.call('addPeople', { site: name }, [{ ...person, language: 'fr', password: 'Person-123' }]);
  await door.call('assignRoles', { site: name }, [
    { username: person.username, role: 'coursecreator', level: 'system' },
  ]);
  for (const [index, profile] of profiles.entries()) {
    const { token } = await door.call('createToken', { site: name }, { profile });
    await control.giveToken(name, index === 0 ? url : undefined, profile, token);
  }
}
