/** Who does something. The operator `local` is whoever may open the socket in the data directory. */
export type Actor = { kind: 'operator'; name: string; tokenId?: number } | { kind: 'system' };

export const localOperator: Actor = { kind: 'operator', name: 'local' };
