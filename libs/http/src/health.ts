/** Something a process needs. `critical`: without it the process is not ready; else it is degraded. */
export interface HealthCheck {
  readonly name: string;
  readonly critical: boolean;
  /** Rejects when the thing does not work; longer than a second counts as broken. */
  check(): Promise<void>;
}
export interface CheckResult {
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

/** Whether this process should get work. Checks are added by whoever opens a connection. */
export class Health {
  readonly #checks = new Map<string, HealthCheck>();
  #stopping = false;

  /** Adds a check; one of the same name is replaced. */
  register(check: HealthCheck): void {
    this.#checks.set(check.name, check);
  }

  /** From now on not ready: the process is about to end and balancers should look elsewhere. */
  stopping(): void {
    this.#stopping = true;
  }

  get isStopping(): boolean {
    return this.#stopping;
  }

  /** Asks all checks at once. Never rejects, and takes no longer than the slowest check's second. */
  async report(): Promise<HealthReport> {
    const begin = performance.now();
    const results = await Promise.all([...this.#checks.values()].map(run));
    const checks = Object.fromEntries(results);
    if (this.#stopping) checks['process'] = { ok: false, critical: true, message: 'stopping' };
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
