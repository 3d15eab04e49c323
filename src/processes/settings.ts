import { type Config, type ConfigKey, readConfig } from '../config.ts';

/** What `serve` hands to a process of the control plane. */
export interface ProcessSettings {
  dataDir: string;
  databaseUrl: string;
  /** As `serve` read it: the environment and the file are not read a second time. */
  values: Partial<Record<ConfigKey, unknown>>;
}

export const configOf = ({ dataDir, values }: ProcessSettings): Config =>
  readConfig({ dataDir, env: {}, options: values, file: null });
