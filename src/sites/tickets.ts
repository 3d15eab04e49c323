import { ticketLeewaySeconds, verifyTicket } from '@jouvence/moodle-client';
import { enterPath, type TicketClaims } from '@jouvence/protocol';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { Site } from './site.ts';

/** Where a browser goes to fetch a ticket for us, with the state that the ticket will name. */
export function entranceOf({ url }: Site, publicUrl: string, state: string): string {
  return `${url}${enterPath}?${new URLSearchParams({ state, aud: publicUrl })}`;
}

/** What a site says of somebody; until when the same ticket could say it again. @throws AppError `not-allowed` */
export function readTicket(
  { name, trust, identifier }: Site,
  ticket: string,
  { audience, state, clock }: { audience: string; state: string; clock: Clock },
): { claims: TicketClaims; until: Date } {
  const refuse = (why: string) =>
    new AppError('not-allowed', `${name}: this ticket opens nothing (${why})`, { details: { site: name, why } });
  if (!trust || audience === '') throw refuse('not-paired');
  const nowSeconds = Math.floor(clock.nowMs() / 1000);
  const outcome = verifyTicket(ticket, { trust, identifier, audience, state, nowSeconds });
  if ('refused' in outcome) throw refuse(outcome.refused);
  const { claims } = outcome;
  return { claims, until: new Date((claims.exp + ticketLeewaySeconds) * 1000 + 1000) };
}
