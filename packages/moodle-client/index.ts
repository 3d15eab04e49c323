export type {
  CallOptions,
  Download,
  DownloadRequest,
  SiteClient,
  SiteClientOptions,
  SiteLimits,
  UploadRequest,
} from './client.ts';
export { createSiteClient } from './create-site-client.ts';
export { SiteError, type SiteErrorCode } from './errors.ts';
