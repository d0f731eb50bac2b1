import { join } from 'node:path';
import { z } from 'zod';
import { readJson, writePrivately } from './private-file.js';

const secretNames = ['postgres', 'nats', 'subscriber', 'redis', 'role', 'admin', 'streamToken'] as const;
const secrets = z.record(z.enum(secretNames), z.string().min(1));
const ports = z.object({ postgres: z.number(), nats: z.number(), redis: z.number() });

/** Passwords and signing secrets of this data folder. */
export type Secrets = z.output<typeof secrets>;

/** Ports of the private servers: the same at every start, so that URLs in other configurations stay valid. */
export type Ports = z.output<typeof ports>;

/** The secrets of a data folder, made at its first start. Only secrets that a newer version of Loom adds are made later. */
export async function loadOrMakeSecrets(dataDir: string, random: () => string): Promise<Secrets> {
  const file = join(dataDir, 'secrets.json');
  const known = z.partialRecord(z.enum(secretNames), z.string().min(1)).parse((await readJson(file)) ?? {});
  const complete = secrets.parse(Object.fromEntries(secretNames.map((name) => [name, known[name] ?? random()])));
  await writePrivately(file, complete);
  return complete;
}

/** The ports of a data folder, chosen at its first start. A port that another program uses by now is replaced. */
export async function loadOrChoosePorts(
  dataDir: string,
  claim: PortCheck,
  choose: () => Promise<number>,
): Promise<Ports> {
  const file = join(dataDir, 'ports.json');
  const known = ports.partial().parse((await readJson(file)) ?? {});
  const usable = async (port: number | undefined): Promise<number> =>
    port !== undefined && (await claim(port)) ? port : choose();
  const chosen: Ports = {
    postgres: await usable(known.postgres),
    nats: await usable(known.nats),
    redis: await usable(known.redis),
  };
  await writePrivately(file, chosen);
  return chosen;
}

type PortCheck = (port: number) => Promise<boolean>;
