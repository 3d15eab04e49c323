/** What stands in the address of `/requests/register`. */
export interface RegisterSearch {
  /** The site where the courses are. */
  target?: string;
  /** Many, from the table of Strasbourg's block; else one. */
  how?: 'many';
}

export function readRegisterSearch(given: Record<string, unknown>): RegisterSearch {
  const target = String(given.target ?? '');
  return {
    ...(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(target) && { target }),
    ...(given.how === 'many' && { how: 'many' as const }),
  };
}
