import { createHash } from 'node:crypto';
import type { Queryable, Store, Transaction } from '../store/index.ts';

/*
 * Each line of the audit has a link: a number without a gap, the hash of the line's content, and a hash over that, the
 * number and the hash of the link before. The database makes it when a transaction commits (migration 0003), so the
 * order is that of the commits, and nobody waits for longer than another's commit takes.
 *
 * What it shows, and by what: a line altered (its content has another hash), taken away (its link has no line, or a
 * number is missing), put in (it has no link), moved (a link does not continue the one before). The end of the chain can
 * be cut off without a trace inside: so its last hash, the head, is told outside (log, `audit verify`), and is looked for.
 *
 * Two things change old lines rightly, and each writes a line of its own that the chain then holds. `audit.prune`: the
 * oldest are gone; it names the last of them and its hash, by which the rest begins. `audit.erase`: a person's name was
 * taken out; it names each line with the hash that its content has since.
 */

export interface AuditFinding {
  kind: 'altered' | 'missing' | 'inserted' | 'moved' | 'cut';
  /** Its place in the chain; null: it has none. */
  seq: number | null;
  /** Its id; null: not known any more. */
  line: number | null;
  message: string;
}

export interface AuditVerification {
  ok: boolean;
  /** Looked at. */
  lines: number;
  /** The first that is still there. */
  first: number | null;
  /** `NUMBER:HASH` of the last: to be kept outside, and given to a later verification. Null: there is no line. */
  head: string | null;
  /** From which a person's name was taken out, as a line says: look at those of `audit.erase`. */
  erased: number;
  /** At most 100. */
  findings: AuditFinding[];
}

interface Link {
  seq: number;
  line: number;
  content: string;
  before: string;
  hash: string;
  /** Of the line, as text; null: it is gone. */
  text: string | null;
  action: string | null;
  after: unknown;
}

const batch = 2000;
const most = 100;
const nothing = '0'.repeat(64);

/** Not the database's own function: whoever can write lines could have changed that too. */
const lineText = `case when a.id is not null then jsonb_build_array(a.id,
  to_char(a.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), a.actor_kind, a.actor_name, a.token_id, a.operator_id,
  a.action, a.object, a.site, a.before, a.after)::text end`;

/** Reads every line, in one moment. `head`: of an earlier verification, which must still be there. */
export function verifyChain(store: Store, { head }: { head?: string } = {}): Promise<AuditVerification> {
  return store.transaction(async (tx) => {
    await tx.query('set transaction isolation level repeatable read, read only');
    const walk = new Walk(head);
    for (let after = 0; ; ) {
      const links = await readLinks(tx, after);
      for (const link of links) walk.step(link);
      if (links.length < batch) break;
      after = links.at(-1)!.seq;
    }
    const { rows } = await tx.query<{ id: number }>(
      'select a.id from audit a where not exists (select from audit_chain c where c.line = a.id) order by a.id limit 101',
    );
    return walk.end(rows.map(({ id }) => id));
  });
}

/** `NUMBER:HASH` of the last link. */
export async function headOf(db: Queryable): Promise<string | null> {
  const { rows } = await db.query<{ head: string }>(
    `select seq || ':' || encode(hash, 'hex') as head from audit_chain order by seq desc limit 1`,
  );
  return rows[0]?.head ?? null;
}

async function readLinks(tx: Transaction, after: number): Promise<Link[]> {
  const { rows } = await tx.query<Link>(
    `select c.seq, c.line, encode(c.content, 'hex') as content, encode(c.before, 'hex') as before,
       encode(c.hash, 'hex') as hash, ${lineText} as text, a.action,
       case when a.action in ('audit.prune', 'audit.erase') then a.after end as after
     from audit_chain c left join audit a on a.id = c.line where c.seq > $1 order by c.seq limit ${batch}`,
    [after],
  );
  return rows;
}

class Walk {
  readonly #wanted: { seq: number | null; hash: string } | null;
  #wantedSeen = false;
  readonly #findings: AuditFinding[] = [];
  #lines = 0;
  #first: Link | null = null;
  #last: Link | null = null;
  /** Their content is not what it was; a later line may say why. */
  readonly #altered = new Map<number, { line: number; hash: string }>();
  #erased = 0;
  #pruned: { through: number; hash: string } | null = null;

  constructor(head: string | undefined) {
    this.#wanted = head === undefined ? null : readHead(head);
  }

  step(link: Link): void {
    this.#lines++;
    this.#first ??= link;
    this.#continues(link);
    if (this.#wanted?.hash === link.hash) this.#wantedSeen = true;
    if (link.text === null) this.#find('missing', link.seq, link.line, 'was taken away');
    else this.#compare(link, sha256(Buffer.from(link.text)));
    this.#last = link;
  }

  #continues({ seq, line, content, before, hash }: Link): void {
    const expected = this.#last === null ? null : this.#last.seq + 1;
    if (expected !== null && seq !== expected) {
      const gap = expected === seq - 1 ? `${expected}` : `${expected} to ${seq - 1}`;
      this.#find('missing', expected, null, `number ${gap} of the chain is gone, and its line with it`);
    } else if (this.#last !== null && before !== this.#last.hash)
      this.#find('moved', seq, line, 'does not continue the line before it');
    if (hash !== hashOf(before, seq, content)) this.#find('moved', seq, line, 'has a link that was altered');
  }

  #compare({ seq, line, content, action, after }: Link, hash: string): void {
    if (hash !== content) this.#altered.set(seq, { line, hash });
    else if (action === 'audit.prune') this.#pruned = after as { through: number; hash: string };
    else if (action === 'audit.erase')
      for (const [erased, since] of (after as { lines: [number, string][] }).lines)
        if (this.#altered.get(erased)?.hash === since) {
          this.#altered.delete(erased);
          this.#erased++;
        }
  }

  end(unlinked: readonly number[]): AuditVerification {
    for (const [seq, { line }] of this.#altered) this.#find('altered', seq, line, 'was altered');
    for (const id of unlinked) this.#find('inserted', null, id, 'was put in');
    this.#begins();
    if (this.#wanted && !this.#wantedSeen) this.#findCut(this.#wanted);
    const head = this.#last && `${this.#last.seq}:${this.#last.hash}`;
    const findings = this.#findings.sort(
      (a, b) => (a.seq ?? Number.POSITIVE_INFINITY) - (b.seq ?? Number.POSITIVE_INFINITY),
    );
    return {
      ok: findings.length === 0,
      lines: this.#lines,
      first: this.#first?.seq ?? null,
      head,
      erased: this.#erased,
      findings: findings.slice(0, most),
    };
  }

  /** Where the chain begins, or where `audit.prune` says that it does. */
  #begins(): void {
    if (!this.#first) return;
    const { seq, before } = this.#first;
    const [through, hash] = this.#pruned ? [this.#pruned.through, this.#pruned.hash] : [0, nothing];
    if (seq === through + 1 && before === hash) return;
    if (seq > 1 && seq !== through + 1)
      this.#find(
        'missing',
        through + 1,
        null,
        `the chain begins at ${seq}: what came before was not pruned by Jouvence`,
      );
    else this.#find('moved', seq, this.#first.line, 'does not continue what was there before it');
  }

  #findCut({ seq, hash }: { seq: number | null; hash: string }): void {
    const isPruned = seq !== null && this.#first !== null && seq < this.#first.seq;
    const why = isPruned
      ? 'it has been pruned since, so nothing can be said: write down a newer head'
      : 'lines at the end were cut off, or others put in their place';
    this.#find('cut', seq, null, `the head ${hash.slice(0, 12)}… is not in the chain: ${why}`);
  }

  #find(kind: AuditFinding['kind'], seq: number | null, line: number | null, what: string): void {
    const subject = line === null ? '' : `line ${line}${seq === null ? '' : ` (number ${seq})`} `;
    this.#findings.push({ kind, seq, line, message: `${subject}${what}` });
  }
}

/** `NUMBER:HASH`, or the hash alone. */
function readHead(text: string): { seq: number | null; hash: string } {
  const match = /^(?:(\d{1,15}):)?([0-9a-f]{64})$/.exec(text.trim().toLowerCase());
  return match ? { seq: match[1] ? Number(match[1]) : null, hash: match[2]! } : { seq: null, hash: text.trim() };
}

function hashOf(before: string, seq: number, content: string): string {
  const number = Buffer.alloc(8);
  number.writeBigInt64BE(BigInt(seq));
  return sha256(Buffer.concat([Buffer.from(before, 'hex'), number, Buffer.from(content, 'hex')]));
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
