import type { Pair } from './site.ts';

/**
 * Methods whose accounts are matched only when a pair names them. `email`: whoever registers oneself chooses the name,
 * and could choose the rector's. `mnet`: another site vouches, and the same name belongs to one person per site.
 * `nologin` and `webservice`: nobody is behind them.
 *
 * The default is what is refused, and not a list of what is allowed: universities sign in by plugins of their own, and
 * a list of ours would silently match nobody there. A list that an operator gives is what is allowed, and only that.
 */
export const unvouchedMethods: readonly string[] = ['email', 'mnet', 'nologin', 'webservice'];

/**
 * Whether an account with this authentication method may be taken for somebody's of the other site, by the rules of
 * the pair; either way, and on both sites. MNet accounts never by their username alone: the same one may stand for
 * different people of different sites.
 */
export function mayMatch({ auth, identity }: Pick<Pair, 'auth' | 'identity'>, method: string): boolean {
  if (method === 'mnet' && identity === 'username') return false;
  return auth.length > 0 ? auth.includes(method) : !unvouchedMethods.includes(method);
}
