import { openModules } from '../compose.ts';
import { openLog } from '../log.ts';
import { startWorker } from '../worker.ts';
import { runChild } from './child.ts';
import { configOf, type ProcessSettings } from './settings.ts';

runChild<ProcessSettings, object>(async (settings) => {
  const config = configOf(settings);
  const log = openLog({ level: config.get('log.level') });
  const modules = await openModules({ config, log, databaseUrl: settings.databaseUrl, process: 'worker' });
  const worker = await startWorker(modules, config, log);
  return {
    info: {},
    stop: async () => {
      await worker.stop();
      await modules.close();
    },
  };
});
