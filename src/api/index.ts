export type { BlockTokens } from './block-tokens.ts';
export type { Check } from './health.ts';
export { isOwnHost, isSiteHost } from './hosts.ts';
export { createMetricsServer } from './metrics.ts';
export { type Api, type ApiOptions, createApi } from './server.ts';
export { createSiteProxy, type SiteProxyOptions } from './site-proxy.ts';
