import type { Job } from '#libs/service';
import type { Channels } from '../application/channels.js';
import type { OpenStreams } from '../http/open-streams.js';

/** Pause between two checks for streams that are too old or that take nothing. */
const SWEEP_MS = 1_000;
/** Pause between two reads of the system's table of connections: with thousands of streams it is a megabyte of text. */
const VANISHED_MS = 10_000;

export interface StreamJobsParts {
  readonly channels: Channels;
  readonly streams: OpenStreams;
  readonly heartbeatMs: number;
}

export function streamJobs({ channels, streams, heartbeatMs }: StreamJobsParts): readonly Job[] {
  return [
    every(heartbeatMs, 'the heartbeat of streams', async () => channels.heartbeat()),
    every(SWEEP_MS, 'the sweep of streams', async () => streams.sweep()),
    every(VANISHED_MS, 'the search for vanished readers', () => streams.dropVanished()),
  ];
}

const every = (everyMs: number, name: string, run: () => Promise<void>): Job => {
  return { name, everyMs, firstAfterMs: everyMs, run };
};
