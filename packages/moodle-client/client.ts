import type { FunctionName, Params, Result, SiteInfo } from '@jouvence/protocol';
import type { BlockClient } from './strasbourg/block.ts';

/** Defaults in `limits.ts`; all in milliseconds, bytes or pieces. */
export interface SiteLimits {
  /** Until the connection stands, TLS included. */
  connectMs: number;
  /** Until the first line of the answer. */
  headersMs: number;
  /** Silence within a body, either way. */
  idleMs: number;
  /** What `idleMs` of waiting for an archive must bring at least: a byte a minute would hold a worker for years. */
  trickleBytes: number;
  /** A whole call, repetitions included. */
  callMs: number;
  /** Connections to one site at the same time. */
  connections: number;
  /** A JSON answer. */
  answerBytes: number;
}

export interface SiteClientOptions {
  /** The site's name, for messages. */
  site: string;
  /** wwwroot; a trailing slash does no harm. */
  url: string;
  token: string;
  limits?: Partial<SiteLimits>;
  /** Reaches the site through a unix socket instead; its name still goes into the Host header. */
  connect?: { socketPath: string };
}

export interface CallOptions {
  signal?: AbortSignal;
  /** For the whole call; default: `limits.callMs`. */
  timeoutMs?: number;
  /** Whether to repeat it after a lost connection. Default: only what reads; a write must be safe by its key. */
  retry?: boolean;
}

export interface DownloadRequest {
  grant: string;
  /** First byte wanted; above 0 only together with `ifRange`. */
  from: number;
  /** SHA-256 of the archive of which the beginning is already here. */
  ifRange?: string;
  signal?: AbortSignal;
}

export interface Download {
  /** Where the body begins: 0 when the site has another archive than `ifRange`, or knows no ranges. */
  from: number;
  /** Of the whole archive. */
  sizeBytes: number;
  /** As announced by the site; whoever puts the parts together checks it. */
  sha256: string;
  /** Throws SiteError when it stalls or breaks off; what came until then is good, and the rest can be asked for. */
  body: AsyncIterable<Uint8Array>;
}

export interface UploadRequest {
  grant: string;
  /** Bytes that the site kept of an earlier try, as `grant_upload` said. */
  received: number;
  sizeBytes: number;
  sha256: string;
  /** Reads a part of the archive; asked again for the same part when the site lost it. */
  open(offset: number, length: number): AsyncIterable<Uint8Array>;
  /** Largest part that the site said it takes; made smaller when something on the way refuses it. */
  partBytes: number;
  onProgress?: (receivedBytes: number) => void;
  signal?: AbortSignal;
}

/** One site, seen through one token. */
export interface SiteClient {
  readonly site: string;
  /** Of a site that has only Strasbourg's block: what there is instead of the protocol, which it refuses as `unsupported`. */
  readonly block?: BlockClient;
  /** @throws SiteError; an aborted signal throws its reason. */
  call<F extends FunctionName>(name: F, params: Params<F>, options?: CallOptions): Promise<Result<F>>;
  /** `core_webservice_get_site_info`: who the token is, and what it may call. */
  siteInfo(options?: CallOptions): Promise<SiteInfo>;
  /**
   * Waits for news of a task that a process of this client runs, at most so long; false, at once: this client would not
   * hear of any, so ask now and then. Absent: it never would. An aborted signal throws its reason.
   */
  news?(key: string, options: { ms: number; signal?: AbortSignal | undefined }): Promise<boolean>;
  download(request: DownloadRequest): Promise<Download>;
  upload(request: UploadRequest): Promise<void>;
  /** Ends open connections; calls under way fail. */
  close(): Promise<void>;
}
