export { createMetrics, type Metrics, type MetricsOptions, migrations } from './metrics.ts';
