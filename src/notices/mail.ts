import { createTransport, type SendMailOptions, type SMTPPoolOptions } from 'nodemailer';
import { AppError } from '../errors.ts';

/** What the configuration says of mail. */
export interface MailOptions {
  /** `smtp://user:password@host:587` (TLS is asked for) or `smtps://…:465`; empty: no mail goes out. */
  url: string;
  /** `jouvence@example.org`, or `Jouvence <jouvence@example.org>`. */
  from: string;
  /** Without TLS where the server has none, and whatever its certificate. */
  allowInsecure: boolean;
  /** How long the server may be silent; default 20 s. */
  silenceMs?: number;
}

export interface Mail {
  to: string;
  subject: string;
  text: string;
  html: string;
  /** Of the message as we know it: what was sent twice is seen to be the same. */
  key: string;
  date: Date;
  language: string;
}

export interface Mailer {
  /** What the server said. @throws MailFailure */
  send(mail: Mail, signal?: AbortSignal): Promise<string>;
  close(): void;
}

/** `server`: nothing goes out just now · `later`: this one may, another time · `never`: this one will not. */
export type MailTrouble = 'server' | 'later' | 'never';

export class MailFailure extends Error {
  override name = 'MailFailure';
  readonly trouble: MailTrouble;

  constructor(trouble: MailTrouble, message: string, options?: ErrorOptions) {
    super(message, options);
    this.trouble = trouble;
  }
}

const connections = 4;
/** A whole mail; its lease is longer. */
const longestMs = 45_000;

/** Null: there is no mail. @throws AppError `config-invalid` */
export function openMailer(options: MailOptions): Mailer | null {
  if (options.url === '') return null;
  const from = readFrom(options.from);
  const transport = createTransport(transportOf(options));
  return {
    async send(mail, signal) {
      if (!isAddress(mail.to)) throw new MailFailure('never', `${JSON.stringify(mail.to)} is not an e-mail address`);
      // A server that trickles keeps the time-out of the socket waiting: this one does not wait for it.
      const late = AbortSignal.timeout(longestMs);
      try {
        const { response } = await transport.sendMail({
          ...messageOf(mail, from),
          signal: signal ? AbortSignal.any([signal, late]) : late,
        });
        return response;
      } catch (error) {
        if (signal?.aborted) throw new MailFailure('later', 'stopped before the mail server had taken it');
        if (late.aborted) throw new MailFailure('server', 'the mail server did not take it in 45 s');
        throw judge(error as SmtpError);
      }
    },
    close: () => transport.close(),
  };
}

function transportOf({ url, allowInsecure, silenceMs = 20_000 }: MailOptions): SMTPPoolOptions & { pool: true } {
  const { protocol, hostname, port, username, password } = new URL(url);
  const secure = protocol === 'smtps:';
  const host = hostname.replace(/^\[|\]$/g, '');
  const here = /^(localhost|127(\.\d+){3}|::1)$/.test(host);
  return {
    pool: true,
    maxConnections: connections,
    maxMessages: 100,
    // Trying again is ours: the pool's own would send a second time what a dying server may have taken.
    maxRequeues: 0,
    host,
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    // A server of this machine is spoken to as it is; any other must not be talked out of TLS by whoever is in between.
    ignoreTLS: !secure && here,
    requireTLS: !secure && !here && !allowInsecure,
    tls: { rejectUnauthorized: !allowInsecure, minVersion: 'TLSv1.2' },
    ...(username !== '' && {
      auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) },
    }),
    connectionTimeout: Math.min(10_000, silenceMs),
    greetingTimeout: Math.min(10_000, silenceMs),
    dnsTimeout: 10_000,
    socketTimeout: silenceMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

export interface From {
  name: string;
  address: string;
}

/** @throws AppError `config-invalid` */
export function readFrom(text: string): From {
  const match = /^\s*(?:"?([^"<>\r\n]*?)"?\s*<([^<>]+)>|(\S+))\s*$/.exec(text);
  const address = match?.[2] ?? match?.[3] ?? '';
  if (!isAddress(address))
    throw new AppError('config-invalid', 'mail.from: write an address, such as Jouvence <jouvence@example.org>');
  return { name: match?.[1] || 'Jouvence', address };
}

/** One mailbox, in the plain form that Moodle accepts too: never a list, a comment, a quoted name or a line break. */
export function isAddress(text: string): boolean {
  return (
    text.length <= 254 &&
    /^[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+(\.[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+)*@[\p{L}\p{N}]([\p{L}\p{N}.-]*[\p{L}\p{N}])?$/u.test(
      text,
    )
  );
}

function messageOf({ to, subject, text, html, key, date, language }: Mail, from: From): SendMailOptions {
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1);
  return {
    from,
    to: { name: '', address: to },
    envelope: { from: from.address, to: [to] },
    subject,
    text,
    html,
    date,
    messageId: `<notice.${key}@${domain}>`,
    // Neither a holiday notice nor another program is to answer.
    headers: {
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      'List-Id': `Jouvence <notices.jouvence.${domain}>`,
      'Content-Language': language,
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

type SmtpError = Error & { code?: string; command?: string; responseCode?: number };

/** What nodemailer threw: about the server, about this moment, or about this mail. */
function judge(error: SmtpError): MailFailure {
  const { code, command = '', responseCode = 0, message } = error;
  const as = (trouble: MailTrouble) => new MailFailure(trouble, message.slice(0, 500), { cause: error });
  const aboutThisMail = (code === 'EENVELOPE' && !command.startsWith('MAIL')) || code === 'EMESSAGE';
  // 421: it closes. Whatever is not about one recipient or one mail would be the same for the next.
  if (!aboutThisMail || responseCode === 421) return as('server');
  return as(responseCode >= 500 || responseCode === 0 ? 'never' : 'later');
}
