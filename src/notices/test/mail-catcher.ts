import type { AddressInfo } from 'node:net';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export interface Caught {
  from: string;
  to: string[];
  raw: string;
  mail: Email;
}

/** What the server does instead of taking a mail. */
export interface Temper {
  /** Answers of SMTP, such as `450 later`; null: takes it. */
  recipient?: (address: string) => string | null;
  data?: (to: string[]) => string | null;
  /** Says nothing any more once it has the mail. */
  silent?: boolean;
}

/** A mail server that keeps what it is given: the real protocol, over a real socket. */
export async function openMailCatcher(options: SMTPServerOptions = {}) {
  const caught: Caught[] = [];
  const waiting = new Set<() => void>();
  const temper: Temper = {};
  let open = 0;
  let most = 0;
  const refuse = (answer: string): Error =>
    Object.assign(new Error(answer.slice(4)), { responseCode: Number(answer.slice(0, 3)) });
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    // Connections that are kept for the next mail are closed at once when the server goes.
    closeTimeout: 50,
    onConnect: (_session, done) => {
      most = Math.max(most, ++open);
      done();
    },
    onClose: () => {
      open--;
    },
    onRcptTo: ({ address }, _session, done) => {
      const answer = temper.recipient?.(address) ?? null;
      done(answer === null ? null : refuse(answer));
    },
    onData: (stream, session, done) => {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', async () => {
        const to = session.envelope.rcptTo.map(({ address }) => address);
        const answer = temper.data?.(to) ?? null;
        if (answer !== null) return done(refuse(answer));
        const raw = Buffer.concat(parts).toString();
        const { mailFrom } = session.envelope;
        caught.push({ from: mailFrom ? mailFrom.address : '', to, raw, mail: await PostalMime.parse(raw) });
        for (const wake of waiting) wake();
        if (!temper.silent) done();
      });
    },
    ...options,
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    caught,
    temper,
    port,
    url: `smtp://127.0.0.1:${port}`,
    mostConnections: () => most,
    /** Once there are so many. */
    async until(count: number): Promise<Caught[]> {
      while (caught.length < count) {
        await new Promise<void>((resolve) => {
          const wake = () => {
            waiting.delete(wake);
            resolve();
          };
          waiting.add(wake);
        });
      }
      return caught;
    },
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

export type MailCatcher = Awaited<ReturnType<typeof openMailCatcher>>;
