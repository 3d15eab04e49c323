export {
  type Definition,
  definitions,
  type Reach,
  type SettingKey,
  type SettingValue,
  type SettingValues,
  settingKeys,
} from './definitions.ts';
export type { SettingForm } from './form.ts';
export { type Hours, readHours, weekMinutes, writeHours } from './hours.ts';
export {
  createSettings,
  type FixedSetting,
  migrations,
  type SeenChange,
  type SettingPlace,
  type SettingState,
  type Settings,
  type SetValue,
} from './settings.ts';
export { planStrasbourg, readStrasbourgListing, type StrasbourgPlan, type StrasbourgRemark } from './strasbourg.ts';
export { readSettingText, writeSettingText } from './text.ts';
