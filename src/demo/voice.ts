import { formatWithOptions } from 'node:util';
import { type Request, requestSteps } from '@jouvence/contract';
import cliProgress from 'cli-progress';
import type { CarriedCourse, DemoResult } from './run.ts';

/** What a person hears while the demo runs: bars where there is a terminal, plain lines in a pipe, nothing for `--json`. */
export interface DemoVoice {
  starting(what: string): void;
  loading(done: number, total: number, file: string): void;
  progress(request: Request): void;
  finish(): void;
}

export const silentVoice: DemoVoice = { starting() {}, loading() {}, progress() {}, finish() {} };

export function createVoice(out: NodeJS.WriteStream): DemoVoice {
  return out.isTTY ? barVoice(out) : lineVoice(out);
}

function lineVoice(out: NodeJS.WriteStream): DemoVoice {
  const said = new Map<string, string>();
  return {
    starting: (what) => out.write(`starting: ${what}\n`),
    loading: (done, total, file) => void (file && out.write(`loading ${done + 1} of ${total}: ${file}\n`)),
    progress: ({ id, source, state, courseName, waitingFor }) => {
      // Two campuses may have a course of one name.
      const line = `${source}, ${courseName}: ${state}${waitingFor ? ` (waiting for ${waitingFor})` : ''}`;
      if (said.get(id) !== line) out.write(`${line}\n`);
      said.set(id, line);
    },
    finish: () => {},
  };
}

const states: readonly string[] = [...requestSteps, 'done'];

function barVoice(out: NodeJS.WriteStream): DemoVoice {
  const bars = new cliProgress.MultiBar(
    {
      format: '{bar} {percentage}% {state} {name}',
      stream: out,
      hideCursor: true,
      clearOnComplete: false,
      barsize: 24,
      autopadding: true,
      gracefulExit: false,
    },
    cliProgress.Presets.shades_classic,
  );
  const known = new Map<string, cliProgress.SingleBar>();
  const bar = (id: string, name: string): cliProgress.SingleBar => {
    const found = known.get(id) ?? bars.create(1, 0, { name, state: ''.padEnd(10) });
    known.set(id, found);
    return found;
  };
  return {
    starting: (what) => out.write(`starting: ${what}\n`),
    loading: (done, total, file) =>
      bar('loading', file).update(done / total, { name: file, state: 'loading'.padEnd(10) }),
    progress: ({ id, source, state, progress, courseName }) => {
      const at = states.indexOf(state);
      const share = at < 0 ? 1 : Math.min(1, (at + progress) / (states.length - 1));
      const name = `${courseName} (${source})`;
      bar(id, name).update(share, { name, state: state.padEnd(10) });
    },
    finish: () => bars.stop(),
  };
}

/** The table at the end, and under it every line of the reports. */
export function describeResult({ carried, ok, seconds }: DemoResult): string {
  const rows = carried.map(({ request, wrong }) => [
    `${request.source} → ${request.target}`,
    request.newCourse?.shortname ?? '',
    request.newCourse?.fullname ?? request.courseName,
    String(sum(request.counts.before?.activities)),
    String(sum(request.counts.after?.activities)),
    String(request.counts.after?.files ?? ''),
    request.people ? String(request.counts.before?.people ?? '') : '–',
    wrong.length === 0 ? request.state : 'WRONG',
  ]);
  const table = alignColumns([
    ['from → to', 'short name', 'course', 'activities', 'arrived', 'files', 'people', 'state'],
    ...rows,
  ]);
  const lines = carried.flatMap(explain);
  const verdict = ok
    ? `All ${carried.length} courses are as they should be (${seconds.toFixed(1)} s).`
    : 'Not all is as it should be.';
  return [table, '', ...lines, '', verdict].join('\n');
}

function explain({ request, wrong }: CarriedCourse): string[] {
  const name = request.newCourse?.fullname ?? request.courseName;
  const error = request.error
    ? [`  error    ${request.error.code} at ${request.error.step}: ${request.error.message}`]
    : [];
  return [
    ...(request.report.length + wrong.length + error.length > 0 ? [name] : []),
    ...error,
    ...request.report.map(
      ({ severity, what, why, todo }) =>
        `  ${severity.padEnd(8)} ${what}: ${[why, todo].filter(Boolean).map(sentence).join(' ')}`,
    ),
    ...wrong.map((each) =>
      formatWithOptions(
        { colors: false },
        '  WRONG    %s: expected %s, found %s',
        each.what,
        each.expected,
        each.found,
      ),
    ),
  ];
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

const sum = (counts: Record<string, number> | undefined): number =>
  Object.values(counts ?? {}).reduce((all, each) => all + each, 0);

function alignColumns(rows: string[][]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => [...row[column]!].length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell + ' '.repeat(widths[column]! - [...cell].length))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
