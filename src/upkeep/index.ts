export { type Holding, holdings } from './holdings.ts';
export { type Chore, keepTidy, tidyOnce, type UpkeepOptions } from './keep-tidy.ts';
