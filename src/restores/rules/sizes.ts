import type { SettingValues } from '../../settings/index.ts';

const megabyte = 1024 * 1024;

/** By the outline before sending, by the archive once there is one. */
export function tooLarge(
  sizeBytes: number,
  values: SettingValues,
): { message: string; values: { size: number; most: number } } | undefined {
  const most = values['requests.largestMegabytes'];
  if (most === 0 || sizeBytes <= most * megabyte) return undefined;
  const size = Math.ceil(sizeBytes / megabyte);
  return {
    message: `it has ${size} MB, and no more than ${most} MB are carried (requests.largestMegabytes)`,
    values: { size, most },
  };
}
