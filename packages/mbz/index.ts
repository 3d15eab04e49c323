export { type Archive, type Entry, type OpenOptions, openArchive } from './archive.ts';
export { MbzError, type MbzErrorCode, mbzErrorCodes } from './errors.ts';
export { defaultLimits, type Limits } from './limits.ts';
export { createXmlReader, readXml, type XmlHandler, type XmlReader } from './xml.ts';
