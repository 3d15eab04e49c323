export type {
  CallOptions,
  Download,
  DownloadRequest,
  SiteClient,
  SiteClientOptions,
  SiteLimits,
  UploadRequest,
} from './client.ts';
export { SiteError, type SiteErrorCode } from './errors.ts';
