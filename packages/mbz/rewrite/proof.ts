import { detectPeople, type PeopleFinding } from '../people/detect.ts';
import type { XmlHandler } from '../xml.ts';
import { TextSearch } from './text-search.ts';

/** A text of somebody, found in what was written. */
export interface TextFound {
  readonly entry: string;
  /** The element that holds it, such as `activity/page/content`; an attribute as `element/@name`. */
  readonly place: string;
  readonly what: 'username' | 'email' | 'fullname';
  /** The person's id in the archive. */
  readonly person: number;
  readonly count: number;
}

/** A text by which somebody could be known. */
export interface PersonText {
  readonly text: string;
  readonly what: TextFound['what'];
  readonly person: number;
}

/** Shorter ones are in every text by chance. */
const shortest = { username: 4, email: 6, fullname: 5 } as const;
/** Longer ones no Moodle stores: 100 characters for each name and for the e-mail. */
const longest = 255;
/** In letters: they take 30 bytes each. With names, addresses and user names that is enough for eight thousand people. */
const mostLetters = 600_000;
const mostWarnings = 1000;
/** A long text is searched by pieces, so that it need not be held whole. */
const pieceLength = 64 * 1024;

/** Looks through documents for texts of people, and through some of them for people's rows and ids. */
export class Proof {
  /** Different texts looked for. */
  readonly texts: number;
  /** Texts that were too many to be looked for. */
  readonly notLookedFor: number;
  private readonly owners: number[] = [];
  private readonly kinds: TextFound['what'][] = [];
  private readonly otherOwners = new Map<number, Pick<TextFound, 'what' | 'person'>[]>();
  private readonly search: TextSearch | undefined;
  private readonly hits = new Map<string, TextFound & { count: number }>();
  private readonly allFindings: PeopleFinding[] = [];
  private readonly ignored: ReadonlySet<string>;
  private others = 0;

  /** `ignored`: places where such texts are on purpose, as `entry place`. */
  constructor(texts: Iterable<PersonText>, ignored: ReadonlySet<string>) {
    this.ignored = ignored;
    const indexes = new Map<string, number>();
    let letters = 0;
    let notLookedFor = 0;
    for (const { text, what, person } of texts) {
      const folded = text.replace(/\s+/g, ' ').trim().toLowerCase();
      if (folded.length < shortest[what] || folded.length > longest) continue;
      const known = indexes.get(folded);
      if (known !== undefined) this.addOwner(known, what, person);
      else if (letters + folded.length > mostLetters) notLookedFor++;
      else {
        this.addOwner(indexes.size, what, person);
        indexes.set(folded, indexes.size);
        letters += folded.length;
      }
    }
    this.texts = indexes.size;
    this.notLookedFor = notLookedFor;
    this.search = indexes.size === 0 ? undefined : new TextSearch([...indexes.keys()]);
  }

  /** Most texts are one person's: numbers in a row take less than a list for each. */
  private addOwner(index: number, what: TextFound['what'], person: number): void {
    if (index === this.owners.length) {
      this.owners.push(person);
      this.kinds.push(what);
    } else if (this.owners[index] !== person || this.kinds[index] !== what) {
      const others = this.otherOwners.get(index) ?? [];
      this.otherOwners.set(index, others);
      if (!others.some((other) => other.person === person && other.what === what)) others.push({ what, person });
    }
  }

  /** Notes what was found in a document elsewhere. */
  addFindings(findings: readonly PeopleFinding[]): void {
    this.allFindings.push(...findings);
  }

  /** What is to read a document as it is written; `finish` once it has been read. */
  reader(entry: string): { handlers: XmlHandler[]; finish(): void } {
    const detector = detectPeople(entry);
    const handlers: XmlHandler[] = [];
    if (detector !== undefined) handlers.push(detector.handler);
    if (this.search !== undefined && entry.endsWith('.xml')) handlers.push(this.textHandler(entry, this.search));
    return { handlers, finish: () => this.addFindings(detector?.result() ?? []) };
  }

  /** Gives the memory of the search back, once all documents were read. */
  close(): void {
    this.search?.close();
  }

  get findings(): readonly PeopleFinding[] {
    return this.allFindings;
  }

  get warnings(): readonly TextFound[] {
    return [...this.hits.values()];
  }

  get unlisted(): number {
    return this.others;
  }

  private textHandler(entry: string, search: TextSearch): XmlHandler {
    const path: string[] = [];
    let held = '';
    let searched = 0;
    const look = (text: string, place: string, from = 0, isWhole = true) =>
      search.search(text, from, isWhole, (index) => this.hit(index, entry, place));
    const flush = () => {
      // Numbers are ids and times: a user name of digits alone would be in every document.
      if (held.length > 3 && !/^[\d\s.,-]*$/.test(held)) {
        look(held, path.join('/'), searched);
        if (path.at(-1) === 'configdata') look(decoded(held), path.join('/'));
      }
      held = '';
      searched = 0;
    };
    return {
      open(name, attributes) {
        if (held !== '') flush();
        path.push(name);
        for (const key in attributes) {
          const value = attributes[key]!;
          if (value.length > 3 && !/^\d*$/.test(value)) look(value, `${path.join('/')}/@${key}`);
        }
      },
      text(chunk) {
        held = held === '' ? chunk : held + chunk;
        if (held.length < pieceLength) return;
        look(held, path.join('/'), searched, false);
        // What begins before the end of this piece is found with the next one; what ended before it was found now.
        const rest = held.slice(-(search.longest + 1));
        searched = rest.length - 1;
        held = rest;
      },
      close() {
        if (held !== '') flush();
        path.pop();
      },
    };
  }

  private hit(index: number, entry: string, place: string): void {
    if (this.ignored.has(`${entry} ${place}`)) return;
    const first = { what: this.kinds[index]!, person: this.owners[index]! };
    for (const { what, person } of [first, ...(this.otherOwners.get(index) ?? [])]) {
      const key = `${person} ${what} ${entry} ${place}`;
      const known = this.hits.get(key);
      if (known !== undefined) known.count++;
      else if (this.hits.size < mostWarnings) this.hits.set(key, { entry, place, what, person, count: 1 });
      else this.others++;
    }
  }
}

/** A block's settings are a serialized object in base64. */
function decoded(text: string): string {
  return /^[A-Za-z0-9+/=\s]*$/.test(text) ? Buffer.from(text, 'base64').toString('utf8') : '';
}
