import { callBy } from './caller.ts';
import type { SiteClient, SiteClientOptions } from './client.ts';
import { download } from './download.ts';
import { openRest } from './rest.ts';
import { upload } from './upload.ts';
import { openWire } from './wire.ts';

/**
 * A client for one site and one token, with connections of its own.
 * @throws SiteError `invalid-parameter` for an address that must not be used.
 */
export function createSiteClient(options: SiteClientOptions): SiteClient {
  const { site, token } = options;
  const wire = openWire(options);
  wire.conceal(token);

  const { invoke, siteInfo: askInfo } = openRest(wire, token);
  return {
    site,
    call: callBy({ site, invoke, askInfo }),
    siteInfo: (options = {}) => askInfo(options),
    download: (request) => download(wire, request),
    upload: (request) => upload(wire, request),
    close: () => wire.close(),
  };
}
