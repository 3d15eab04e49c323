import type { OperatorRole } from './actor.ts';

/** Somebody who runs Jouvence. */
export interface Operator {
  id: number;
  /** Lower case; unique. */
  username: string;
  name: string;
  email: string | null;
  language: 'en' | 'fr';
  role: OperatorRole;
  /** Null: all sites, now and later. */
  siteIds: number[] | null;
  hasPassword: boolean;
  /** Until when the link opens by which a password is chosen; null: there is none. */
  invitedUntil: Date | null;
  /** Bound to an identity of the OpenID provider. */
  hasOpenid: boolean;
  /** Whether a first sign-in by OpenID Connect may find this operator. */
  openidByEmail: boolean;
  disabledAt: Date | null;
  createdAt: Date;
  createdBy: string;
  lastSignInAt: Date | null;
}

export interface OperatorChange {
  name?: string;
  email?: string | null;
  language?: 'en' | 'fr';
  role?: OperatorRole;
  siteIds?: readonly number[] | null;
  openidByEmail?: boolean;
}

export interface NewOperator extends OperatorChange {
  username: string;
  role: OperatorRole;
  siteIds: readonly number[] | null;
}

/** What chooses a password, once. */
export interface Invitation {
  /** For a link; kept nowhere. */
  key: string;
  expiresAt: Date;
}

export const operatorColumns = `o.id, o.username, o.name, o.email, o.language, o.role, to_jsonb(o.site_ids) as "siteIds",
  o.password is not null as "hasPassword", o.oidc_by_email as "openidByEmail", o.disabled_at as "disabledAt",
  o.created_at as "createdAt", o.created_by as "createdBy", o.last_sign_in_at as "lastSignInAt",
  exists (select from operator_identities i where i.operator_id = o.id) as "hasOpenid",
  (select expires_at from operator_invitations v where v.operator_id = o.id) as "invitedUntil"`;
