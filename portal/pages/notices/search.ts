/** What of the page is in the address: `tab`, and cuts of the lists. */
export interface NoticesSearch {
  tab?: 'preferences' | 'outbox';
  unread?: true;
  state?: 'waiting' | 'failing' | 'given-up' | 'sent' | 'dropped';
}

const states = ['waiting', 'failing', 'given-up', 'sent', 'dropped'] as const;

export function readNoticesSearch(search: Record<string, unknown>): NoticesSearch {
  const tab = (['preferences', 'outbox'] as const).find((each) => each === search.tab);
  const state = tab === 'outbox' ? states.find((each) => each === search.state) : undefined;
  return {
    ...(tab && { tab }),
    ...(!tab && search.unread === true && { unread: true as const }),
    ...(state && { state }),
  };
}
