/** A check of one dependency. When it fails, a `critical` one makes the process unhealthy (not ready), another one degraded. */
export interface HealthCheck {
  readonly name: string;
  readonly critical: boolean;
  /** Rejects when the dependency does not work. Taking longer than a second counts as failed. */
  check(): Promise<void>;
}
interface CheckResult {
  readonly ok: boolean;
  readonly critical: boolean;
  readonly message?: string;
}
export interface HealthReport {
  readonly status: 'healthy' | 'degraded' | 'unhealthy';
  readonly checks: Readonly<Record<string, CheckResult>>;
  readonly duration_ms: number;
  readonly timestamp: string;
}

const CHECK_TIMEOUT_MS = 1_000;

/** Decides whether this process is ready for requests. Each component that opens a connection registers a check. */
export class Health {
  readonly #checks = new Map<string, HealthCheck>();
  #isStopping = false;

  /** Adds a check; one of the same name is replaced. */
  register(check: HealthCheck): void {
    this.#checks.set(check.name, check);
  }

  /** Makes the process not ready, so that load balancers stop sending requests before it ends. */
  stopping(): void {
    this.#isStopping = true;
  }

  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** Runs all checks in parallel. Never rejects, and takes at most a second. */
  async report(): Promise<HealthReport> {
    const begin = performance.now();
    const results = await Promise.all([...this.#checks.values()].map(run));
    const checks = Object.fromEntries(results);
    if (this.#isStopping) checks['process'] = { ok: false, critical: true, message: 'stopping' };
    return {
      status: statusOf(Object.values(checks)),
      checks,
      duration_ms: Math.round((performance.now() - begin) * 10) / 10,
      timestamp: new Date().toISOString(),
    };
  }
}

async function run({ name, critical, check }: HealthCheck): Promise<[string, CheckResult]> {
  const timeout = Promise.withResolvers<never>();
  const timer = setTimeout(() => timeout.reject(new Error('no answer within a second')), CHECK_TIMEOUT_MS);
  try {
    await Promise.race([check(), timeout.promise]);
    return [name, { ok: true, critical }];
  } catch (error) {
    return [name, { ok: false, critical, message: error instanceof Error ? error.message : 'failed' }];
  } finally {
    clearTimeout(timer);
  }
}

function statusOf(results: readonly CheckResult[]): HealthReport['status'] {
  const broken = results.filter(({ ok }) => !ok);
  if (broken.length === 0) return 'healthy';
  return broken.some(({ critical }) => critical) ? 'unhealthy' : 'degraded';
}
