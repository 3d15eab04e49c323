export { type Archive, type Entry, type OpenOptions, openArchive } from './archive.ts';
export { type Difference, diff } from './diff.ts';
export { MbzError, type MbzErrorCode, mbzErrorCodes } from './errors.ts';
export { type Extraction, extract } from './extract.ts';
export { type Inspection, inspect } from './inspect.ts';
export { defaultLimits, type Limits } from './limits.ts';
export { filterXml, type Rule } from './people/xml-filter.ts';
export {
  areaOwner,
  type BackupDocument,
  detectPeople,
  documentWithoutPeople,
  type FileOwnership,
  type LeftOut,
  type PeopleFinding,
  planWithoutPeople,
  withoutPeople,
} from './people.ts';
export { PluginFinder } from './plugins.ts';
export {
  type Account,
  type ArchivePerson,
  type RewriteOptions,
  type RewritePlan,
  type RewriteProof,
  type Rewritten,
  readPeople,
  rewrite,
  type TextFound,
} from './rewrite.ts';
export type { ExternalTool, SiteBound } from './site-bound.ts';
export { type Problem, type Verification, verify } from './verify.ts';
export { type ArchiveItem, type WriteOptions, type WrittenArchive, writeArchive } from './write.ts';
export { type WriteDirectoryOptions, type WrittenDirectory, writeDirectory } from './write-directory.ts';
export { createRecordHandler, createXmlReader, readXml, type XmlHandler, type XmlReader } from './xml.ts';
