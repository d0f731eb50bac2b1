import { setTimeout as sleep } from 'node:timers/promises';

type Truthy<T> = Exclude<T, undefined | null | false | 0 | ''>;

/** Polls until the value is truthy, and returns it. Busy machines are slow: the default bound is against hanging. @throws after `timeoutMs` with the last value */
export async function until<T>(probe: () => Promise<T> | T, timeoutMs = 30_000, stepMs = 20): Promise<Truthy<T>> {
  for (const end = Date.now() + timeoutMs; ; await sleep(stepMs)) {
    const value = await probe();
    if (value) return value as Truthy<T>;
    if (Date.now() > end) throw new Error(`Not within ${timeoutMs} ms; last value: ${JSON.stringify(value)}`);
  }
}

/** Waits until the server answers a ping: a connection seems open for a moment after its server was killed. */
export async function answers(connection: { ping(): Promise<void> }): Promise<void> {
  await until(() =>
    connection.ping().then(
      () => true,
      () => false,
    ),
  );
}
