import { type Config, type ConfigKey, type FixedValue, readConfig } from '../config.ts';
import type { SettingKey } from '../settings/index.ts';

/** What `serve` hands to a process of the control plane. */
export interface ProcessSettings {
  dataDir: string;
  databaseUrl: string;
  /** As `serve` read it: the environment and the file are not read a second time. */
  values: Partial<Record<ConfigKey, unknown>>;
  /** Settings that file or environment fix. */
  fixed: [SettingKey, FixedValue][];
}

export const configOf = ({ dataDir, values, fixed }: ProcessSettings): Config =>
  readConfig({ dataDir, env: {}, options: values, file: null, fixed: new Map(fixed) });
