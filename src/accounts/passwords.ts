import { hash, verify } from '@node-rs/argon2';
import { AppError } from '../errors.ts';

/** Why a password is not taken. */
export const passwordFaults = ['short', 'long', 'name', 'plain'] as const;
export type PasswordFault = (typeof passwordFaults)[number];

export const passwordLength = { least: 12, most: 256 } as const;

/**
 * Length is what counts; and that it is not what anybody would try first. No rules about kinds of letters: they make
 * passwords worse (NIST SP 800-63B, 5.1.1.2).
 */
export function judgePassword(
  password: string,
  { username, name, email }: { username: string; name: string; email: string | null },
): PasswordFault | null {
  const letters = [...password.normalize('NFC')];
  if (letters.length < passwordLength.least) return 'short';
  if (letters.length > passwordLength.most) return 'long';
  const plain = simplified(password);
  for (const own of [username, name, email ?? '', email?.split('@')[0] ?? '']) {
    const word = simplified(own);
    // A name with a year behind it is no better than the name.
    if (word.length >= 3 && plain.replaceAll(word, '').length < 6) return 'name';
  }
  if (new Set(letters).size < 5 || isRun(letters) || common.test(plain)) return 'plain';
  return null;
}

const simplified = (text: string): string =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');

/** The heads of every list of stolen passwords, as often as one likes, with figures around them. */
const common =
  /^\d*(?:password|passwort|motdepasse|azerty(?:uiop)?|qwerty(?:uiop|z)?|bonjour|soleil|welcome|admin|letmein|jouvence|moodle|changeme|iloveyou|jetaime|\d+)+\d*$/;

/** Each letter is the one after the letter before, or each the one before: 123456789012 without its turn included. */
function isRun(letters: readonly string[]): boolean {
  const steps = letters.slice(1).map((letter, index) => letter.codePointAt(0)! - letters[index]!.codePointAt(0)!);
  return steps.filter((step) => Math.abs(step) <= 1).length >= steps.length - 1;
}

/** @throws AppError `invalid-parameter`, `details.fault` says which */
export function refuseBadPassword(password: string, whose: Parameters<typeof judgePassword>[1]): void {
  const fault = judgePassword(password, whose);
  if (fault !== null) throw new AppError('invalid-parameter', sentences[fault], { details: { fault } });
}

const sentences: Record<PasswordFault, string> = {
  short: `the password is too short: it needs ${passwordLength.least} characters or more`,
  long: `the password is too long: at most ${passwordLength.most} characters`,
  name: 'the password is little more than the name or the e-mail of whom it is for',
  plain:
    'the password is one of the first that anybody would try: several words that do not belong together are better',
};

/** RFC 9106, second recommendation, with one lane: 64 MiB, 3 passes; about 0.1 s. `algorithm` 2 is argon2id. */
const cost = { algorithm: 2, memoryCost: 65_536, timeCost: 3, parallelism: 1 } as const;
/** Each takes a core and 64 MiB: many sign-ins at once must not take the machine. */
const mostAtOnce = 2;
const mostWaiting = 30;

export class Hasher {
  #busy = 0;
  readonly #waiting: (() => void)[] = [];
  #dummy: Promise<string> | undefined;

  hash(password: string): Promise<string> {
    return this.#inTurn(() => hash(password.normalize('NFC'), cost));
  }

  /** As long for an account that has none, or is not there. */
  async verify(hashed: string | null, password: string): Promise<boolean> {
    this.#dummy ??= this.hash('of nobody');
    const known = hashed ?? (await this.#dummy);
    if (password.length > 4 * passwordLength.most) return false;
    const isRight = await this.#inTurn(() => verify(known, password.normalize('NFC')));
    return isRight && hashed !== null;
  }

  /** @throws AppError `busy` when too many wait already */
  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#busy >= mostAtOnce) {
      if (this.#waiting.length >= mostWaiting)
        throw new AppError('busy', 'too many people are signing in at this moment: try again in a few seconds', {
          details: { retryAfterSeconds: 5 },
        });
      await new Promise<void>((go) => this.#waiting.push(go));
    } else this.#busy++;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#busy--;
    }
  }
}
