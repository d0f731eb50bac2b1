import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '#libs/observability';
import { GeoDatabase } from './geo-database.js';
import { maxmindFile } from './maxmind-file.spec-support.js';

const ULM = { country: { iso_code: 'DE' }, subdivisions: [{ iso_code: 'BW' }], city: { names: { en: 'Ulm' } } };

const logger = createLogger({ service: 'test', level: 'silent' });

describe('GeoDatabase', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'geo-'));
    path = join(folder, 'city.mmdb');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('finds country, region and city of an address, and nothing for others', async () => {
    await writeFile(path, maxmindFile(81, ULM));
    const places = new GeoDatabase(path, logger);
    expect(places.of('81.2.69.1')).toEqual({});

    await places.refresh();

    expect(places.of('81.2.69.1')).toEqual({ country: 'DE', region: 'BW', city: 'Ulm' });
    for (const address of ['82.0.0.1', '2001:db8::1', 'unknown', '']) expect(places.of(address)).toEqual({});
  });

  it('reads the file again when it changes, and keeps the old one when the new one cannot be read', async () => {
    await writeFile(path, maxmindFile(81, ULM));
    const places = new GeoDatabase(path, logger);
    await places.refresh();

    await writeFile(path, maxmindFile(81, { country: { iso_code: 'FR' } }));
    await places.refresh();
    expect(places.of('81.0.0.1')).toEqual({ country: 'FR' });

    const corrupt = maxmindFile(82, ULM);
    corrupt.fill(0xff, 64, 80);
    await writeFile(path, corrupt);
    await places.refresh();
    expect(places.of('82.0.0.1')).toEqual({});

    await writeFile(path, maxmindFile(81, { country: { iso_code: 'FR' } }));
    await places.refresh();
    await writeFile(path, 'no database');
    await expect(places.refresh()).rejects.toThrow();
    await rm(path);
    await expect(places.refresh()).rejects.toThrow('ENOENT');
    expect(places.of('81.0.0.1')).toEqual({ country: 'FR' });
  });
});
