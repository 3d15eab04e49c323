import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse, YAMLParseError } from 'yaml';
import { z } from 'zod';
import { AppError } from './errors.ts';
import { type Definition, definitions, type SettingKey, settingKeys } from './settings/definitions.ts';
import { readSettingText } from './settings/text.ts';

/**
 * What is decided before the database is there. The narrowest wins: an option of the command line over the environment
 * (`JOUVENCE_SECTION_KEY`, or `…_FILE` for a file that holds the value) over `jouvence.yaml` over the default here.
 * The data directory itself is `--data` or `JOUVENCE_DATA`: the file lives in it.
 */
export const configKeys = {
  'server.port': key('Port of the API and of the embedded sites; 0 takes a free one.', wholeNumber(0, 65535), 8080),
  'server.host': key('Address to listen on.', z.string().min(1), '127.0.0.1'),
  'server.names': key(
    'Host names under which Jouvence itself is reached, by commas; every other name is an embedded site.',
    z.union([z.array(z.string()), z.string().transform((text) => text.split(',').map((name) => name.trim()))]),
    ['localhost'],
  ),
  'server.publicUrl': key(
    'Address under which browsers reach Jouvence, such as https://jouvence.example.org: told to sites when they are paired, so that their people can come from there. Empty: nobody does.',
    publicAddress(),
    '',
  ),
  'server.trustedProxies': key(
    'Addresses or networks of proxies in front, by commas, such as 127.0.0.1: what they say in X-Forwarded-For is believed. It counts for limits on calls and on signing in, also on the embedded sites.',
    list(
      z.string().regex(/^[0-9a-fA-F.:]+(\/\d{1,3})?$/, 'write addresses or networks, such as 127.0.0.1 or 10.0.0.0/8'),
    ),
    [],
  ),
  'server.callsPerMinute': key(
    'Calls that are answered in a minute: of each browser that is signed in and each token; of all that have neither, of each address. Files of the pages are not counted.',
    wholeNumber(60, 1_000_000),
    1200,
  ),
  'oidc.issuer': key(
    'OpenID provider by which operators may sign in, such as https://login.example.org/realms/staff; empty: by password only.',
    provider(),
    '',
  ),
  'oidc.clientId': key('Under which Jouvence is known to the provider.', z.string(), ''),
  'oidc.clientSecret': key('That the provider gave with it; empty: a public client.', z.string(), '', true),
  'oidc.scopes': key(
    'What the provider is asked for, by commas, besides openid.',
    list(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'write scopes such as email')),
    ['email', 'profile'],
  ),
  'oidc.claim': key(
    'Claim that says which operator somebody is at the first sign-in: email, which must be verified, is compared with the e-mail; any other with the username.',
    z.string().min(1),
    'email',
  ),
  'database.url': key('PostgreSQL 15 or newer; empty: the embedded one.', z.string(), '', true),
  'database.sitesUrl': key(
    'With database.url: another database, of another role, for the embedded sites.',
    z.string(),
    '',
    true,
  ),
  'mail.url': key(
    'The mail server: smtp://user:password@mail.example.org:587, with TLS by STARTTLS, or smtps://…:465. Empty: no mail goes out.',
    mailServer(),
    '',
    true,
  ),
  'mail.from': key('From whom mail comes, such as Jouvence <jouvence@example.org>.', sender(), ''),
  'mail.allowInsecure': key(
    'Whether a mail server on another machine may be spoken to without TLS, or with a certificate that nobody vouches for.',
    yesNo(),
    false,
  ),
  'spool.directory': key('Where archives on their way are kept; empty: in the data directory.', z.string(), ''),
  'spool.gigabytes': key('Room for archives on their way, in GB.', number(0.001, 100_000), 20),
  'php.cacheDirectory': key(
    'Where PHP keeps what it compiled of the sites that are reached through their code; empty: /var/cache/jouvence when Jouvence runs as root, else in the data directory.',
    z.string(),
    '',
  ),
  'worker.courses': key('Courses carried at the same time by one worker.', wholeNumber(1, 64), 3),
  'worker.leaseSeconds': key('A worker silent for longer than this loses its work to another.', number(0.2, 600), 10),
  'metrics.port': key(
    'Port for a Prometheus on this machine, which is asked for no token; 0: none. GET /metrics on server.port is always there, for a token of an operator.',
    wholeNumber(0, 65535),
    0,
  ),
  'metrics.host': key('Address of that port; only one of this machine itself.', loopbackAddress(), '127.0.0.1'),
  'backup.keep': key(
    'How many of the backups are kept that are made by themselves before a new version changes the database; 0: none are made.',
    wholeNumber(0, 1000),
    5,
  ),
  'log.level': key('How much is logged.', z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']), 'info'),
} as const;

export type ConfigKey = keyof typeof configKeys;
type Value<K extends ConfigKey> = z.output<(typeof configKeys)[K]['schema']>;
type Origin = 'command line' | 'environment' | 'file' | 'default';

export interface FixedValue {
  value: unknown;
  origin: 'file' | 'environment';
}

export interface Config {
  /** Absolute. */
  dataDir: string;
  get<K extends ConfigKey>(key: K): Value<K>;
  /** Every value, to hand to another process of ours. */
  values(): Partial<Record<ConfigKey, unknown>>;
  /** Settings that the file or the environment fixes: elsewhere they cannot be changed. */
  fixed: ReadonlyMap<SettingKey, FixedValue>;
  /** Every key with its value (secrets hidden) and where it comes from. */
  show(): { key: ConfigKey | SettingKey; value: unknown; origin: Origin; meaning: string }[];
}

export interface ConfigInput {
  dataDir: string;
  /** Default: `jouvence.yaml` in the data directory, which need not exist; one that is named must. Null: none. */
  file?: string | null;
  env: NodeJS.ProcessEnv;
  options?: Partial<Record<ConfigKey, unknown>>;
  /** As another process of ours has read them already. */
  fixed?: ReadonlyMap<SettingKey, FixedValue>;
}

/** @throws AppError `config-invalid` naming the key, the value's origin and what is expected. */
export function readConfig(input: ConfigInput): Config {
  const dataDir = resolve(input.dataDir);
  const fromFile =
    input.file === null
      ? new Map<string, unknown>()
      : readFile(input.file ?? join(dataDir, 'jouvence.yaml'), input.file !== undefined);
  const fromEnvironment = readEnvironment(input.env);
  const values = new Map<ConfigKey, { value: unknown; origin: Origin }>();
  for (const [name, { schema, fallback }] of entries()) {
    const found: [unknown, Origin][] = [
      [input.options?.[name], 'command line'],
      [fromEnvironment.get(name), 'environment'],
      [fromFile.get(name), 'file'],
    ];
    const [raw, origin] = found.find(([value]) => value !== undefined) ?? [fallback, 'default' as const];
    const parsed = schema.safeParse(raw);
    if (!parsed.success) {
      const shown = configKeys[name].secret ? 'its value' : JSON.stringify(raw);
      throw new AppError(
        'config-invalid',
        `${name} (from the ${origin}): ${shown} cannot be used: ${parsed.error.issues[0]?.message}`,
      );
    }
    values.set(name, { value: parsed.data, origin });
  }
  const fixed = input.fixed ?? readFixed(fromFile, fromEnvironment);
  return {
    dataDir,
    fixed,
    get: <K extends ConfigKey>(name: K) => values.get(name)!.value as Value<K>,
    values: () => Object.fromEntries([...values].map(([name, { value }]) => [name, value])),
    show: () => [
      ...entries().map(([name, { secret, meaning }]) => {
        const { value, origin } = values.get(name)!;
        return { key: name, value: secret && value !== '' ? '[hidden]' : value, origin, meaning };
      }),
      ...[...fixed].map(([key, { value, origin }]) => ({ key, value, origin, meaning: fixedMeaning })),
    ],
  };
}

const fixedMeaning = 'A setting, fixed here for every site: see “jouvence settings list”.';

/** In the file values have their types; in the environment they are text. */
function readFixed(
  fromFile: ReadonlyMap<string, unknown>,
  fromEnvironment: ReadonlyMap<string, unknown>,
): Map<SettingKey, FixedValue> {
  const fixed = new Map<SettingKey, FixedValue>();
  for (const key of settingKeys) {
    const origin = fromEnvironment.has(key) ? 'environment' : fromFile.has(key) ? 'file' : undefined;
    if (!origin) continue;
    const raw = (origin === 'file' ? fromFile : fromEnvironment).get(key);
    const given = typeof raw === 'string' ? readSettingText(key, raw) : raw;
    const parsed = (definitions[key] as Definition).schema.safeParse(given);
    if (!parsed.success)
      throw new AppError(
        'config-invalid',
        `${key} (from the ${origin}): ${JSON.stringify(raw)} cannot be used: ${parsed.error.issues[0]?.message}`,
      );
    fixed.set(key, { value: parsed.data, origin });
  }
  return fixed;
}

/** Also as text, from the environment; a person reads why not. */
function number(min: number, max: number) {
  const error = `write a number from ${min} to ${max}`;
  return z.coerce.number({ error }).min(min, { error }).max(max, { error });
}

function wholeNumber(min: number, max: number) {
  const error = `write a whole number from ${min} to ${max}`;
  return z.coerce.number({ error }).int({ error }).min(min, { error }).max(max, { error });
}

function loopbackAddress() {
  const error = 'write an address that only this machine reaches, such as 127.0.0.1 or ::1';
  return z.string().regex(/^(127(\.\d{1,3}){3}|::1|localhost)$/, { error });
}

/** In the file a list, in the environment by commas. */
function list<S extends z.ZodType<string, string>>(item: S) {
  const parts = z.string().transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  );
  return z.union([z.array(z.string()), parts]).pipe(z.array(item));
}

/** An issuer is compared letter by letter, so it stays as it is written. */
function provider() {
  return z
    .string()
    .refine(
      (text) =>
        text === '' ||
        /^https:\/\/[^\s?#]+$/.test(text) ||
        /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(\/[^\s?#]*)?$/.test(text),
      'write the address of the issuer, with https (http only on this machine), without a query',
    );
}

/** https, because people come with what their site says of them; http on this machine. Without a final slash. */
function publicAddress() {
  const error = 'write an address such as https://jouvence.example.org (http only for localhost), without a query';
  return z.string().transform((text, context) => {
    if (text === '') return '';
    const url = URL.parse(text);
    const plain = url && !url.username && !url.password && !url.search && !url.hash;
    const local = url && /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
    if (plain && url.pathname === '/' && (url.protocol === 'https:' || (url.protocol === 'http:' && local)))
      return url.origin;
    context.addIssue({ code: 'custom', message: error });
    return z.NEVER;
  });
}

/** A name and a password may be in it, so an error must not repeat it. */
function mailServer() {
  const message = 'write smtp://host:587 or smtps://host:465, with user:password@ before the host if it wants them';
  return z.string().refine((text) => {
    const url = URL.parse(text);
    const plain = url && url.search === '' && url.hash === '' && /^\/?$/.test(url.pathname);
    return text === '' || (plain && /^smtps?:$/.test(url.protocol) && url.hostname !== '');
  }, message);
}

function sender() {
  const error = 'write an address, such as Jouvence <jouvence@example.org>';
  return z.string().regex(/^$|^(?:[^<>\r\n]*<)?[^\s<>@,;"]+@[^\s<>@,;"]+>?$/, { error });
}

/** Also as text, from the environment. */
function yesNo() {
  const error = 'write true or false';
  return z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')], { error });
}

function key<S extends z.ZodType>(meaning: string, schema: S, fallback: z.output<S>, secret = false) {
  return { meaning, schema, fallback, secret };
}

/** Keys of the configuration, and settings, which may be fixed in the same places. */
const knownNames = (): string[] => [...Object.keys(configKeys), ...settingKeys];

function entries() {
  return Object.entries(configKeys) as [ConfigKey, (typeof configKeys)[ConfigKey]][];
}

/** `server: {port: 1}` as `server.port`. */
function readFile(path: string, required: boolean): Map<string, unknown> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (!required && (error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw new AppError('config-invalid', `${path} cannot be read: ${(error as Error).message}`);
  }
  let document: unknown;
  try {
    document = parse(text) ?? {};
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    throw new AppError('config-invalid', `${path} is not YAML: ${error.message}`);
  }
  const found = new Map<string, unknown>();
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    throw new AppError(
      'config-invalid',
      `${path} must hold sections with keys and values, such as "server:" and below it "  port: 8080"`,
    );
  for (const [section, inner] of Object.entries(document)) {
    // All its keys are commented out.
    if (inner === null && knownNames().some((name) => name.startsWith(`${section}.`))) continue;
    const names = typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? Object.entries(inner) : [];
    if (names.length === 0) throw unknownKey(section, path);
    for (const [name, value] of names) {
      if (!knownNames().includes(`${section}.${name}`)) throw unknownKey(`${section}.${name}`, path);
      found.set(`${section}.${name}`, value);
    }
  }
  return found;
}

/** Other modules read these by themselves; they are not keys of the file. */
const otherVariables =
  /^JOUVENCE_(DATA|CONFIG|URL|TOKEN|TOKEN_FILE|SECRET_KEY|SECRET_KEY_FILE|MOODLE_TREES|BLOCK_TREES|TEST_.*|CHILD.*|NODE.*|INTERNAL.*)$/;

function readEnvironment(env: NodeJS.ProcessEnv): Map<string, unknown> {
  const found = new Map<string, unknown>();
  const byVariable = new Map(knownNames().map((name) => [variableOf(name), name]));
  for (const [variable, value] of Object.entries(env)) {
    if (!variable.startsWith('JOUVENCE_') || value === undefined || otherVariables.test(variable)) continue;
    const name = byVariable.get(variable);
    const nameOfFile = variable.endsWith('_FILE') ? byVariable.get(variable.slice(0, -'_FILE'.length)) : undefined;
    if (name) found.set(name, value);
    else if (nameOfFile) found.set(nameOfFile, readFileSync(value, 'utf8').trim());
    else throw unknownKey(variable, 'the environment');
  }
  if (env.DATABASE_URL && !found.has('database.url')) found.set('database.url', env.DATABASE_URL);
  return found;
}

/** `worker.leaseSeconds` is `JOUVENCE_WORKER_LEASE_SECONDS`. */
function variableOf(name: string): string {
  return `JOUVENCE_${name.replace('.', '_').replace(/[A-Z]/g, (letter) => `_${letter}`)}`.toUpperCase();
}

function unknownKey(name: string, place: string): AppError {
  const known = name.startsWith('JOUVENCE_') ? knownNames().map(variableOf) : knownNames();
  const nearest = known.toSorted((a, b) => distance(a, name) - distance(b, name))[0];
  return new AppError('config-invalid', `${place}: ${name} is not a setting; did you mean ${nearest}?`);
}

/** Levenshtein: how many letters differ. */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const row = [i + 1];
    for (const [j, other] of [...b].entries())
      row.push(Math.min(previous[j + 1]! + 1, row[j]! + 1, previous[j]! + Number(letter !== other)));
    previous = row;
  }
  return previous.at(-1)!;
}
