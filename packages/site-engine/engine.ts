import type { IncomingMessage, ServerResponse } from 'node:http';
import { countAttempts } from './attempts.ts';
import { type Courses, createCourses } from './courses/index.ts';
import { type Log, openDatabase } from './database.ts';
import { createDoor } from './door.ts';
import { EngineError } from './errors.ts';
import { connectionFunctions, maintenanceFunctions } from './functions/connection.ts';
import { courseListFunctions } from './functions/courses.ts';
import { noticeFunctions } from './functions/notices.ts';
import { peopleFunctions } from './functions/people.ts';
import { rightsFunctions } from './functions/rights.ts';
import { siteFunctions } from './functions/site.ts';
import { handleSites } from './http/sites.ts';
import { openSites } from './sites.ts';

export interface EngineOptions {
  /** Of a role that row-level security binds, and of a database of the engine's own. */
  databaseUrl: string;
  /** Where the files of all sites' courses are kept, by SHA-1. */
  poolDir: string;
  /** Bearer key of the door. */
  doorKey: string;
  log?: Log;
  /** Backups and restores at once. */
  maxTasks?: number;
}

/** The embedded sites, as handlers for `node:http`. */
export interface Engine {
  /** Everything that a site answers, chosen by host name. */
  handleSite(req: IncomingMessage, res: ServerResponse): void;
  /** `/engine/v1`: for a socket that only the operator's programs reach. */
  handleDoor(req: IncomingMessage, res: ServerResponse): void;
  /** After the answers that are under way. */
  close(): Promise<void>;
}

/** @throws EngineError `configuration` for a database that cannot serve */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  if (options.doorKey.length < 16)
    throw new EngineError('configuration', 'the key of the door is shorter than 16 characters');
  const log: Log = options.log ?? (() => {});
  const database = await openDatabase({ url: options.databaseUrl, log });
  let courses: Courses | undefined;
  try {
    const sites = await openSites(database);
    courses = createCourses({ database, poolDir: options.poolDir, log, maxTasks: options.maxTasks ?? 2 });
    await courses.recover();
    const implementations = {
      ...siteFunctions,
      ...connectionFunctions,
      ...maintenanceFunctions(sites),
      ...peopleFunctions,
      ...courseListFunctions,
      ...rightsFunctions,
      ...noticeFunctions,
      ...courses.functions,
    };
    const opened = courses;
    const { functions } = courses;
    const site = handleSites({ database, sites, courses, functions, implementations, attempts: countAttempts(), log });
    const door = createDoor({ database, sites, courses, doorKey: options.doorKey, log });
    const underWay = new Set<Promise<void>>();
    const track = (answer: Promise<void>) => {
      // The handlers answer their own errors; one that fails even at that must not end the process.
      const settled = answer.catch((error: unknown) => log('error', 'answer-failed', { error }));
      underWay.add(settled);
      void settled.then(() => underWay.delete(settled));
    };
    return {
      handleSite: (req, res) => track(site(req, res)),
      handleDoor: (req, res) => track(door(req, res)),
      async close() {
        await opened.close();
        await Promise.allSettled(underWay);
        await database.close();
      },
    };
  } catch (error) {
    await courses?.close();
    await database.close();
    throw error;
  }
}
