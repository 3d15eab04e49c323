import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** One metric as prom-client gives it, and as it travels from process to process. */
export interface Series {
  name: string;
  help: string;
  type: string;
  /** What is no number becomes null on the way through JSON. */
  values: { labels: Record<string, string | number>; value: number | null; metricName?: string }[];
}

/** From a glance to the longest backup that is still normal. */
const stepBuckets = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600, 86_400];
const callBuckets = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100];
const httpBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export interface OwnSeries {
  readonly registry: Registry;
  readonly stepSeconds: Histogram<'step' | 'how'>;
  readonly ended: Counter<'outcome' | 'code'>;
  readonly claimed: Counter<'kind'>;
  readonly lost: Counter<'kind'>;
  readonly siteCalls: Counter<'site' | 'code'>;
  readonly siteSeconds: Histogram<'function'>;
  readonly moved: Counter<'site' | 'direction'>;
  readonly httpSeconds: Histogram<'operation' | 'status'>;
  readonly deleted: Counter<'table'>;
}

/**
 * What a process knows of itself. Labels take their values from short lists of ours (steps, outcomes, codes, operations)
 * or are names of sites; a person, a course or an address is never one: each value is a series that is kept for good.
 */
export function openSeries(version: string, pool: () => Record<'total' | 'idle' | 'waiting', number>): OwnSeries {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'jouvence_build_info',
    help: 'Always 1; which version runs.',
    labelNames: ['version'],
    registers,
  }).set({ version }, 1);
  new Gauge({
    name: 'jouvence_database_connections',
    help: 'Connections to the database, and calls that wait for one.',
    labelNames: ['state'],
    registers,
    collect() {
      for (const [state, count] of Object.entries(pool())) this.set({ state }, count);
    },
  });
  return {
    registry,
    stepSeconds: new Histogram({
      name: 'jouvence_step_duration_seconds',
      help: 'Attempts of steps from beginning to end, waiting included; how: finished, again, refused, failed.',
      labelNames: ['step', 'how'],
      buckets: stepBuckets,
      registers,
    }),
    ended: new Counter({
      name: 'jouvence_requests_ended_total',
      help: 'Requests that ended, by outcome and, unless done, by error code.',
      labelNames: ['outcome', 'code'],
      registers,
    }),
    claimed: new Counter({
      name: 'jouvence_jobs_claimed_total',
      help: 'Claims by workers; each look at a job that waits is one.',
      labelNames: ['kind'],
      registers,
    }),
    lost: new Counter({
      name: 'jouvence_leases_lost_total',
      help: 'Jobs that another worker took over while this one held them.',
      labelNames: ['kind'],
      registers,
    }),
    siteCalls: new Counter({
      name: 'jouvence_site_calls_total',
      help: 'Calls to sites, by how they ended: ok, or an error code.',
      labelNames: ['site', 'code'],
      registers,
    }),
    siteSeconds: new Histogram({
      name: 'jouvence_site_call_duration_seconds',
      help: 'Calls to sites, by function of the protocol.',
      labelNames: ['function'],
      buckets: callBuckets,
      registers,
    }),
    moved: new Counter({
      name: 'jouvence_transferred_bytes_total',
      help: 'Bytes of archives; in: from the site, out: to it.',
      labelNames: ['site', 'direction'],
      registers,
    }),
    httpSeconds: new Histogram({
      name: 'jouvence_http_request_duration_seconds',
      help: 'Calls to the API, by operation and status.',
      labelNames: ['operation', 'status'],
      buckets: httpBuckets,
      registers,
    }),
    deleted: new Counter({
      name: 'jouvence_upkeep_deleted_rows_total',
      help: 'Rows deleted because they were kept long enough.',
      labelNames: ['table'],
      registers,
    }),
  };
}

export const seriesOf = async (registry: Registry): Promise<Series[]> =>
  (await registry.getMetricsAsJSON()) as unknown as Series[];

/** The same metric of several processes becomes one, with a label that says whose each value is. */
export function withLabels(series: readonly Series[], labels: Record<string, string | number>): Series[] {
  return series.map((each) => ({
    ...each,
    values: each.values.map((value) => ({ ...value, labels: { ...value.labels, ...labels } })),
  }));
}

/** The text format of Prometheus, version 0.0.4: a metric's lines stand together, under one head. */
export function render(series: readonly Series[]): string {
  const byName = new Map<string, Series>();
  for (const each of series) {
    const known = byName.get(each.name);
    if (known) known.values.push(...each.values);
    else byName.set(each.name, { ...each, values: [...each.values] });
  }
  return [...byName.values()].map(renderOne).join('');
}

function renderOne({ name, help, type, values }: Series): string {
  const lines = values.map(({ labels, value, metricName }) => {
    const inner = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(String(text))}"`);
    return `${metricName ?? name}${inner.length > 0 ? `{${inner.join(',')}}` : ''} ${typeof value === 'number' ? value : 'NaN'}\n`;
  });
  return `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

const escapeLabel = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
