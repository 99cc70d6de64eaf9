import { Counter, collectDefaultMetrics, Histogram, Registry } from "prom-client";

/** What the process tells Prometheus; other parts add their own to `registry`. */
export type Metrics = {
  registry: Registry;
  observeRequest: (method: string, route: string, status: number, seconds: number) => void;
};

/** Makes a registry with the process's and the doors' figures. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const durations = new Histogram({
    name: "ratebook_http_request_duration_seconds",
    help: "Time from a request's arrival to its answer",
    labelNames: ["method", "route", "status"],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
  const failures = new Counter({
    name: "ratebook_http_unexpected_errors_total",
    help: "Requests answered 500",
    registers: [registry],
  });
  return {
    registry,
    observeRequest: (method, route, status, seconds) => {
      durations.observe({ method, route, status: String(status) }, seconds);
      if (status === 500) failures.inc();
    },
  };
}
