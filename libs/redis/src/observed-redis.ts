import { Redis } from 'ioredis';

type SendCommand = Redis['sendCommand'];

/** ioredis that reports the end of each command, those of pipelines and scripts included. */
export class ObservedRedis extends Redis {
  /** Must neither block nor throw. `command` is a name of Redis: a bounded set. */
  onCommandEnd: ((command: string, outcome: 'ok' | 'failed', durationMs: number) => void) | undefined;

  override sendCommand(...args: Parameters<SendCommand>): ReturnType<SendCommand> {
    const startedAt = performance.now();
    const sent = super.sendCommand(...args);
    const [{ name, promise }] = args;
    const ended = (outcome: 'ok' | 'failed') => () => this.onCommandEnd?.(name, outcome, performance.now() - startedAt);
    promise.then(ended('ok'), ended('failed'));
    return sent;
  }
}
