import type { Status } from '@jouvence/contract';
import type { Translator } from '@jouvence/i18n';
import type { Command } from 'commander';
import { addVerb, type Cli } from './cli.ts';
import { harmless } from './terminal-text.ts';

/** `jouvence status`: whether courses can be carried, what is missing, and what to do about it. Ends with 0 or 1. */
export function statusVerb(cli: Cli, program: Command): void {
  addVerb(
    cli,
    program,
    'status',
    () => {},
    async ({ client, translator }) => {
      const status = await client.call('status');
      return { data: status, words: statusWords(status, translator), exitCode: status.ready ? 0 : 1 };
    },
  );
}

function statusWords({ version, ready, checks, sites }: Status, { t, maybe }: Translator): string {
  const line = (ok: boolean, name: string, message: string | null, todo: string | undefined) => [
    `${ok ? '✓' : '✗'} ${name}${message ? `: ${harmless(message)}` : ''}`,
    ...(!ok && todo ? [`    ${todo}`] : []),
  ];
  return [
    t(ready ? 'cli.status.ready' : 'cli.status.notReady', { version }),
    ...checks.flatMap(({ name, ok, message }) =>
      line(ok, maybe(`service.part.${name}`) ?? name, message, maybe(`service.todo.${name}`)),
    ),
    ...sites.flatMap(({ name, state, message }) =>
      line(false, harmless(name), message, t(`cli.status.site.${state}`, { name: harmless(name) })),
    ),
  ].join('\n');
}
