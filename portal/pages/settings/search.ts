import { isSiteName } from '@jouvence/contract';

/** What the address of the settings says: where, what is looked for, and what is open. */
export interface SettingsSearch {
  target?: string;
  source?: string;
  /** Words of name, key or meaning. */
  q?: string;
  /** Only what is not as it is by default. */
  changed?: boolean;
  /** Key of the one that is being changed. */
  edit?: string;
  /** The settings of Strasbourg's block are being taken over. */
  import?: boolean;
}

export function readSettingsSearch(given: Record<string, unknown>): SettingsSearch {
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
  const site = (value: unknown) => (isSiteName(String(value ?? '')) ? String(value) : undefined);
  return {
    target: site(given.target),
    source: site(given.source),
    q: text(given.q),
    changed: given.changed === true ? true : undefined,
    edit: text(given.edit),
    import: given.import === true ? true : undefined,
  };
}
