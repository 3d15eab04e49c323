/** What of the page is in the address. */
export interface OperatorsSearch {
  tab?: 'tokens' | 'people';
  /** Whose panel is open. */
  operator?: string;
}

export function readOperatorsSearch(search: Record<string, unknown>): OperatorsSearch {
  const tab = (['tokens', 'people'] as const).find((each) => each === search.tab);
  return {
    ...(tab && { tab }),
    ...(!tab && typeof search.operator === 'string' && { operator: search.operator.slice(0, 100) }),
  };
}
