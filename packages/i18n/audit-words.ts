import { nameText } from './translate.ts';

/**
 * Everything that the audit writes down: noun and verb, as in the API where there is an operation. Each has a text,
 * `audit.what.<action>`; whoever writes another does not compile.
 */
export const auditActions = [
  'audit.erase',
  'audit.prune',
  'blockTokens.create',
  'blockTokens.revoke',
  'notices.retry',
  'notices.setPreferences',
  'notices.test',
  'operators.add',
  'operators.bind',
  'operators.change',
  'operators.choosePassword',
  'operators.disable',
  'operators.enable',
  'operators.invite',
  'operators.remove',
  'operators.setPassword',
  'pairs.add',
  'pairs.remove',
  'people.enter',
  'people.erase',
  'people.export',
  'people.leave',
  'requests.cancel',
  'requests.category',
  'requests.deal',
  'requests.delete',
  'requests.enrol',
  'requests.forget',
  'requests.gone',
  'requests.register',
  'requests.retry',
  'requests.send',
  'session.end',
  'session.password',
  'session.refuse',
  'session.signIn',
  'sessions.end',
  'settings.set',
  'sites.add',
  'sites.addCodeBase',
  'sites.pair',
  'sites.pause',
  'sites.remove',
  'sites.resume',
  'sites.rotate',
  'sites.setToken',
  'sites.setUrl',
  'sites.takeBackToken',
  'tokens.create',
  'tokens.revoke',
] as const;

export type AuditAction = (typeof auditActions)[number];

/** Kinds of things that something is done to. */
const kinds = ['site', 'request', 'operator', 'person', 'token', 'setting', 'pair', 'message'] as const;

/** What something was done to; `name` is empty where the line names nothing. */
export interface AuditThing {
  kind: (typeof kinds)[number] | 'requestsOf' | 'preferencesOf' | 'mail' | 'audit' | 'somebody' | 'unknown' | null;
  name: string;
}

/** An object as the audit writes it, `site campus-2024`, in two; whatever is written otherwise has no kind. */
export function readAuditThing(object: string): AuditThing {
  if (object === 'mail' || object === 'audit') return { kind: object, name: '' };
  if (object === 'person' || object === 'person (erased)') return { kind: 'somebody', name: '' };
  if (object === 'operator (unknown)') return { kind: 'unknown', name: '' };
  const [, of, owner] = /^(requests|preferences) of (.+)$/s.exec(object) ?? [];
  if (of !== undefined) return { kind: of === 'requests' ? 'requestsOf' : 'preferencesOf', name: owner! };
  const [, word, name] = /^(\S+) (.+)$/s.exec(object) ?? [];
  const kind = kinds.find((each) => each === word);
  return kind ? { kind, name: name! } : { kind: null, name: object };
}

type Speaker = { maybe(key: string, values?: Record<string, string | number>): string | undefined };

/** `Site added`; what an older or newer version wrote stays as it is. */
export const auditActionText = ({ maybe }: Speaker, action: string): string => maybe(`audit.what.${action}`) ?? action;

/** `site campus-2024`, in the reader's language. */
export function auditThingText({ maybe }: Speaker, { kind, name: written }: AuditThing): string {
  const name = nameText({ maybe }, written);
  return (kind && maybe(`audit.thing.${kind}`, { name })) ?? name;
}
