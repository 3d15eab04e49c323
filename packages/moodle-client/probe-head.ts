import { transfer } from '@jouvence/protocol';
import type { SiteClientOptions } from './client.ts';
import { openWire } from './wire.ts';

/** What HEAD of an archive address is answered with, by a grant; a refusal of the agent is JSON. */
export async function probeHead(
  options: Omit<SiteClientOptions, 'token'> & { path: string; grant: string; signal?: AbortSignal },
): Promise<{ status: number; isJson: boolean }> {
  const { path, grant, signal, ...site } = options;
  const wire = openWire({ ...site, token: '' });
  wire.conceal(grant);
  try {
    const answer = await wire.send({ method: 'HEAD', path, headers: { [transfer.grantHeader]: grant }, signal });
    await answer.body.dump();
    return { status: answer.status, isJson: /^application\/json\b/.test(answer.header('content-type') ?? '') };
  } finally {
    await wire.close();
  }
}
