import { within } from '#libs/kernel';
import type { FactPublisher } from '#libs/facts';
import type { OutboxRow } from './relay-session.js';

/**
 * Runs for each row before it is published. `hold` leaves the row, and later rows of its scope, for the next batch. When a hook
 * fails or takes longer than a second, the failure is logged and the row is published.
 */
export type BeforePublish = (row: OutboxRow) => Promise<void | 'hold'>;

export interface PublishRows {
  readonly publisher: FactPublisher;
  readonly hooks: readonly BeforePublish[];
  readonly timeoutMs: number;
  readonly onHookFailure: (error: unknown) => void;
  readonly onPublishFailure: (error: unknown) => void;
}

const HOOK_TIMEOUT_MS = 1_000;

/**
 * Publishes rows and returns the ids of those that the bus has stored. Scopes are published in parallel; within a scope each row
 * waits for the acknowledgement of the previous one, so that a failure cannot change their order.
 */
export async function publishRows(rows: readonly OutboxRow[], how: PublishRows): Promise<readonly string[]> {
  const lanes = Map.groupBy(rows, (row) => row.subject.slice(row.subject.lastIndexOf('.') + 1));
  const published = await Promise.all([...lanes.values()].map((lane) => publishLane(lane, how)));
  return published.flat();
}

async function publishLane(rows: readonly OutboxRow[], how: PublishRows): Promise<readonly string[]> {
  const published: string[] = [];
  try {
    for (const row of rows) {
      if (await isHeld(row, how)) break;
      await publish(row, how);
      published.push(row.id);
    }
  } catch (error) {
    how.onPublishFailure(error);
  }
  return published;
}

function publish({ id, subject, payload, headers }: OutboxRow, { publisher, timeoutMs }: PublishRows): Promise<void> {
  const late = () => new Error(`No acknowledgement within ${timeoutMs} ms`);
  return within(timeoutMs, publisher.publish(subject, payload, { msgId: id, headers }), late);
}

async function isHeld(row: OutboxRow, { hooks, onHookFailure }: PublishRows): Promise<boolean> {
  for (const hook of hooks) {
    const late = () => new Error(`A hook took longer than ${HOOK_TIMEOUT_MS} ms`);
    const decision = await within(HOOK_TIMEOUT_MS, hook(row), late).catch(onHookFailure);
    if (decision === 'hold') return true;
  }
  return false;
}
