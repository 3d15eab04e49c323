export { isLoopback } from './address.ts';
export { readCertificateEnd } from './certificate.ts';
export type {
  CallOptions,
  Download,
  DownloadRequest,
  SiteClient,
  SiteClientOptions,
  SiteLimits,
  UploadRequest,
} from './client.ts';
export { type CodeBase, findCodeBase, type NewCodeBase } from './command/code-base.ts';
export { type CommandClientOptions, createCommandClient } from './command/create-command-client.ts';
export { type SetUp, setUpCommand, setUpProfile } from './command/set-up-profile.ts';
export { createSiteClient } from './create-site-client.ts';
export { SiteError, type SiteErrorCode } from './errors.ts';
export { exchangePairingCode, type PairingExchange } from './exchange-pairing-code.ts';
export { probeHead } from './probe-head.ts';
export type { BlockClient, BlockFacts } from './strasbourg/block.ts';
export { createBlockClient } from './strasbourg/create-block-client.ts';
export { type TicketExpectation, type TicketFault, ticketLeewaySeconds, verifyTicket } from './verify-ticket.ts';
