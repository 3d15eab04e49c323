/** An embedded site, as it is registered. */
export interface Site {
  id: number;
  name: string;
  /** Host name without port, in lower case. */
  host: string;
  /** wwwroot without a trailing slash. */
  url: string;
  fullname: string;
  language: string;
  timezone: string;
  release: string;
  branch: number;
  /** Moodle's siteidentifier. */
  identifier: string;
  state: 'active' | 'suspended' | 'maintenance';
  demo: boolean;
  defaultCategoryId: number | null;
}
