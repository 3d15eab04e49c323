import { expect, test } from 'vitest';
import { isOwnHost, isSiteHost } from './index.ts';

const own = ['Jouvence.example.org'];

test.each([
  ['localhost', 'own'],
  ['LOCALHOST:8080', 'own'],
  ['localhost.', 'own'],
  ['127.0.0.1:8080', 'own'],
  ['[::1]:8080', 'own'],
  ['jouvence.example.org', 'own'],
  ['campus-2026.localhost:8080', 'site'],
  ['campus.example.org.', 'site'],
  ['x.jouvence.example.org', 'site'],
  ['evil.example', 'site'],
  ['127.1', 'neither'],
  ['2130706433', 'neither'],
  ['campus.example.123', 'neither'],
  ['::1', 'neither'],
  ['[localhost]', 'neither'],
  ['[::1', 'neither'],
  ['campus localhost', 'neither'],
  ['campus@localhost', 'neither'],
  ['campus/localhost', 'neither'],
  ['-campus.localhost', 'neither'],
  ['campus..localhost', 'neither'],
  ['campus.localhost:99999999', 'neither'],
  ['éole.localhost', 'neither'],
  [`${'a'.repeat(254)}`, 'neither'],
  ['', 'neither'],
  [undefined, 'neither'],
])('%s is %s', (host, whose) => {
  expect({ own: isOwnHost(host, own), site: isSiteHost(host, own) }).toEqual({
    own: whose === 'own',
    site: whose === 'site',
  });
});
