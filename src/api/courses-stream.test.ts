import type { AddressInfo } from 'node:net';
import { createApiClient, type Fetch } from '@jouvence/contract';
import { expect, test } from 'vitest';
import { localOperator } from '../accounts/index.ts';
import { openOddSite } from '../sites/test/odd-site.ts';
import { sourceAnswers, targetAnswers } from './test/campus.ts';
import { openTestApi } from './testing.ts';

test('no source waits for another: one that is slow comes last, and one that is dead says so', async () => {
  await using api = await openTestApi();
  const slow = Promise.withResolvers<void>();
  const answers = {
    ...sourceAnswers,
    list_courses: async (asked: Parameters<NonNullable<typeof sourceAnswers.list_courses>>[0]) => {
      await slow.promise;
      return sourceAnswers.list_courses!(asked);
    },
  };
  await using late = await openOddSite({ identifier: 'late', profile: 'source', answers });
  await using quick = await openOddSite({ identifier: 'quick', profile: 'source', answers: sourceAnswers });
  await using dead = await openOddSite({ identifier: 'dead', profile: 'source', answers: sourceAnswers });
  await using target = await openOddSite({ identifier: 'target', profile: 'target', answers: targetAnswers });
  await api.sites.add(localOperator, { name: 'new', url: target.url, token: target.token, profile: 'target' });
  for (const [name, { url, token }] of Object.entries({ late, quick, dead })) {
    await api.sites.add(localOperator, { name, url, token, profile: 'source' });
    await api.sites.pairs.add(localOperator, { source: name, target: 'new' });
  }
  dead.misbehave = (request) => request.socket.destroy();
  const app = await api.open('public');
  await app.listen({ port: 0, host: '127.0.0.1' });
  const baseUrl = `http://localhost:${(app.server.address() as AddressInfo).port}`;
  const client = createApiClient({ fetch: fetch as Fetch, baseUrl, token: await api.token() });
  const told: string[] = [];
  let asked: string[] = [];
  for await (const { event, data } of client.stream('courses.list', {
    query: { target: 'new', person: 'prof.martin' },
  })) {
    if (event === 'asking') {
      expect(told).toEqual([]);
      asked = data.sources.map(({ source }) => source).sort();
      continue;
    }
    told.push(event === 'done' ? `done ${data.sources}` : `${data.source} ${data.state} ${data.courses.length > 0}`);
    // Both others are here while it has not even answered.
    if (told.length === 2) slow.resolve();
  }
  expect(asked).toEqual(['dead', 'late', 'quick']);
  expect(told.slice(0, 2).sort()).toEqual(['dead failing false', 'quick ok true']);
  expect(told.slice(2)).toEqual(['late ok true', 'done 3']);
});
