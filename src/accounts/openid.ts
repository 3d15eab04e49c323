import * as client from 'openid-client';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Identity } from './sign-in.ts';

export interface OpenidOptions {
  /** Its address, as it calls itself. */
  issuer: string;
  clientId: string;
  /** Empty: a public client. */
  clientSecret: string;
  /** `openid` is one of them. */
  scopes: readonly string[];
  /** That says which operator somebody is at the first sign-in: `email`, which must be verified, else a username. */
  claim: string;
  log: Log;
  clock: Clock;
}

/** What a browser is sent away with, and must come back with. All of it stays in that browser's cookie. */
export interface Flow {
  state: string;
  nonce: string;
  verifier: string;
}

export interface Openid {
  /** Where a browser is sent. @throws AppError `site-unreachable` when the provider cannot be asked */
  begin(redirectUri: string): Promise<{ address: string; flow: Flow }>;
  /**
   * Who came back. `address` is our own with what the provider added to it.
   * @throws AppError `unauthenticated` (refused, or not what was begun), `site-unreachable`
   */
  finish(address: URL, flow: Flow): Promise<Identity>;
}

/** Keys of a provider change; addresses hardly ever. */
const keptMs = 3_600_000;
const timeoutSeconds = 10;

/** Authorization code with PKCE, state and nonce (OpenID Connect Core, RFC 9700). The provider is asked when needed. */
export function createOpenid(options: OpenidOptions): Openid {
  const { issuer, clientId, clientSecret, scopes, claim, log, clock } = options;
  let known: { at: number; configuration: Promise<client.Configuration> } | undefined;

  async function discover(): Promise<client.Configuration> {
    const server = new URL(issuer);
    const isHere = /^(localhost|127\.0\.0\.1|\[::1\])$/.test(server.hostname);
    return client.discovery(
      server,
      clientId,
      clientSecret === '' ? undefined : clientSecret,
      clientSecret === '' ? client.None() : client.ClientSecretPost(clientSecret),
      // Plain HTTP on this machine only: a test, or a provider beside us.
      { timeout: timeoutSeconds, ...(isHere && { execute: [client.allowInsecureRequests] }) },
    );
  }

  async function configuration(): Promise<client.Configuration> {
    if (!known || clock.nowMs() - known.at > keptMs) known = { at: clock.nowMs(), configuration: discover() };
    try {
      return await known.configuration;
    } catch (error) {
      known = undefined;
      log.warn({ err: error, issuer }, 'openid provider');
      throw new AppError(
        'site-unreachable',
        `the OpenID provider ${issuer} cannot be asked: ${(error as Error).message}`,
        {
          cause: error,
        },
      );
    }
  }

  return {
    async begin(redirectUri) {
      const server = await configuration();
      const flow = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
      };
      const address = client.buildAuthorizationUrl(server, {
        redirect_uri: redirectUri,
        scope: scopes.join(' '),
        state: flow.state,
        nonce: flow.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(flow.verifier),
        code_challenge_method: 'S256',
      });
      return { address: address.href, flow };
    },

    async finish(address, { state, nonce, verifier }) {
      const server = await configuration();
      try {
        const tokens = await client.authorizationCodeGrant(server, address, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        });
        const claims = tokens.claims()!;
        // Many providers give the e-mail only here.
        const more =
          claims[claim] === undefined && server.serverMetadata().userinfo_endpoint
            ? await client.fetchUserInfo(server, tokens.access_token, claims.sub)
            : {};
        return identityOf({ ...more, ...claims }, claims, claim);
      } catch (error) {
        log.info({ why: (error as Error).message, code: (error as { code?: string }).code }, 'openid refused');
        throw new AppError('unauthenticated', 'The OpenID provider did not say who this is.', { cause: error });
      }
    },
  };
}

function identityOf(all: Record<string, unknown>, { iss, sub }: { iss: string; sub: string }, claim: string): Identity {
  const value = typeof all[claim] === 'string' ? (all[claim] as string) : null;
  if (claim !== 'email') return { issuer: iss, subject: sub, email: null, username: value };
  // Whoever may write any address into a profile must not become whoever has it.
  const isVerified = all.email_verified === true || all.email_verified === 'true';
  return { issuer: iss, subject: sub, email: isVerified ? value : null, username: null };
}
