/** A plugin by Moodle's type and name: `{type: 'mod', name: 'quiz'}`. */
export interface PluginName {
  type: string;
  name: string;
}

/** What is judged: an outline of the source, or an archive. */
export interface Judged {
  /** Release of the Moodle whose documents these are, such as `4.5.6 (Build: 20250811)`. */
  release: string;
  activities: { module: string; name: string }[];
  plugins: PluginName[];
  /** When participants' data is asked for: of how many people. */
  people?: number;
  /** Of an outline: what an archive would tell more exactly is foreseen from it. */
  outline?: { idnumber: string };
}

/** Where it would go. */
export interface TargetPlugins {
  /** The site's name, for the sentences. */
  site: string;
  release: string;
  plugins: (PluginName & { state: 'on' | 'off' | 'disabled' | null })[];
}

/** `code` is stable; the sentences are English and the page translates by code. */
export interface Reason {
  code: string;
  severity: 'info' | 'warning' | 'error';
  what: string;
  why: string;
  todo: string;
  /** What another language needs to say it by name. */
  values?: Record<string, string | number>;
}

/**
 * What will become of a course: all of it, part of it, nothing; `whole` may still have reasons of severity `info`.
 * `unknown`: its source tells nothing of it before there is an archive, or the target does not answer just now.
 */
export interface Verdict {
  kind: 'whole' | 'partly' | 'not' | 'unknown';
  reasons: Reason[];
}
