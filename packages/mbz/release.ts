/**
 * Gives the memory of tables that are no longer used back at once. Left to the collector, which sees only small objects in front
 * of them, tens of megabytes would wait for its next great round.
 */
export function release(...tables: readonly { readonly buffer: ArrayBufferLike }[]): void {
  for (const { buffer } of tables) if (buffer instanceof ArrayBuffer && !buffer.detached) buffer.transfer(0);
}
