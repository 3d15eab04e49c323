import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { inspect, rewrite, verify } from '@jouvence/mbz';
import { type Shape, writeBenchArchive } from './mbz-archives.ts';

/*
 * node bench/mbz.ts [megabytes]: inspect against `gzip -dc | tar -t`, verify against its floor, rewrite without people against
 * `gzip -dc | gzip -3` (which reads once, checks and changes nothing), on an archive of many small
 * files and on one of few big ones (1 GB each unless told). The floor of verify is what nobody can leave out, gunzip plus SHA-1 of
 * the same bytes: in Node (`createGunzip`, one hash over all) and by `gzip -dc | sha1sum`; both are shown, and the ratio is to
 * the faster. Each figure is the best of three, alternating, in a process of its own, whose peak memory is shown.
 */
const work: Record<string, (path: string) => Promise<unknown>> = {
  inspect: (path) => inspect(path),
  verify: async (path) => {
    const found = await verify(path);
    if (!found.ok) throw new Error(`the archive of the bench is not in order: ${JSON.stringify(found.problems[0])}`);
  },
  rewrite: async (path) => {
    const { proof } = await rewrite(path, `${path}.out`, { people: 'out' });
    rmSync(`${path}.out`);
    if (proof.findings.length > 0) throw new Error(`people were left: ${JSON.stringify(proof.findings[0])}`);
  },
  'node gunzip + SHA-1': async (path) => {
    const hash = createHash('sha1');
    const read = createReadStream(path, { highWaterMark: 256 * 1024 });
    for await (const chunk of read.pipe(createGunzip({ chunkSize: 256 * 1024 }))) hash.update(chunk);
    hash.digest('hex');
  },
};
const shell: Record<string, string> = {
  'gzip -dc | tar -t': 'gzip -dc "$1" | tar -t > /dev/null',
  'gzip -dc | sha1sum': 'gzip -dc "$1" | sha1sum > /dev/null',
  'gzip -dc | gzip -3': 'gzip -dc "$1" | gzip -3 > "$1.out" && rm "$1.out"',
};

interface Figure {
  seconds: number;
  peakMegabytes: number;
}

const [, , first, second] = process.argv;
if (first === '--one') {
  const started = performance.now();
  await work[second!]!(process.argv[4]!);
  const seconds = (performance.now() - started) / 1000;
  process.stdout.write(JSON.stringify({ seconds, peakMegabytes: process.resourceUsage().maxRSS / 1024 }));
} else await main(Number(first ?? 1000) * 1e6);

async function main(bytes: number): Promise<void> {
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GB`;
  console.log(`${machine}, Node ${process.version}, ${execFileSync('gzip', ['--version']).toString().split('\n')[0]}`);
  const directory = mkdtempSync(join(tmpdir(), 'bench-mbz-'));
  try {
    const many = 8300;
    await measure(directory, 'many small', { files: Math.ceil(bytes / many), fileBytes: many, people: 1000 });
    await measure(directory, 'few big', { files: 10, fileBytes: Math.ceil(bytes / 10) });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function measure(directory: string, name: string, shape: Shape): Promise<void> {
  const path = join(directory, `${name}.mbz`);
  await writeBenchArchive(path, shape);
  const size = (statSync(path).size / 1e6).toFixed(0);
  console.log(`\n${name}: ${shape.files} files of ${shape.fileBytes} bytes, archive of ${size} MB`);
  const best = new Map<string, Figure>();
  for (let round = 0; round < 3; round++)
    for (const what of [...Object.keys(work), ...Object.keys(shell)]) {
      const figure = await time(what, path);
      const before = best.get(what);
      if (before === undefined || figure.seconds < before.seconds) best.set(what, figure);
    }
  for (const [what, { seconds, peakMegabytes }] of best)
    console.log(
      `  ${what.padEnd(20)} ${seconds.toFixed(2).padStart(6)} s${peakMegabytes > 0 ? `  peak ${peakMegabytes.toFixed(0)} MB` : ''}`,
    );
  const seconds = (what: string) => best.get(what)!.seconds;
  const floor = Math.min(seconds('node gunzip + SHA-1'), seconds('gzip -dc | sha1sum'));
  console.log(
    `  inspect / (gzip -dc | tar -t)  = ${(seconds('inspect') / seconds('gzip -dc | tar -t')).toFixed(2)} (aim ≤ 1)`,
  );
  console.log(`  verify / floor                 = ${(seconds('verify') / floor).toFixed(2)} (aim ≤ 1.25)`);
  const copy = seconds('gzip -dc | gzip -3');
  console.log(`  rewrite / (gzip -dc | gzip -3) = ${(seconds('rewrite') / copy).toFixed(2)}`);
  rmSync(path);
}

async function time(what: string, path: string): Promise<Figure> {
  const command = shell[what];
  // As the product starts: with its compile cache, without which Node's type stripper alone takes 35 MB.
  const env = { ...process.env, NODE_COMPILE_CACHE: join(dirname(path), 'compile-cache') };
  const started = performance.now();
  const child =
    command === undefined
      ? spawn(process.execPath, [import.meta.filename, '--one', what, path], {
          stdio: ['ignore', 'pipe', 'inherit'],
          env,
        })
      : spawn('sh', ['-c', command, 'sh', path], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  const status = await new Promise((resolve) => child.on('close', resolve));
  if (status !== 0) throw new Error(`${what} ended with ${status}`);
  if (command === undefined) return JSON.parse(output);
  return { seconds: (performance.now() - started) / 1000, peakMegabytes: 0 };
}
