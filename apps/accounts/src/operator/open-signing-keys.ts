import { readFile } from 'node:fs/promises';
import { Secret } from '#libs/kernel';
import { parseSettings, PLATFORM_SETTINGS, platformSettings, postgresOf, type PlatformSettings } from '#libs/service';
import { signingKeyBox } from '../composition.js';
import { copiedRows } from './copied-rows.js';

const WRONG_SECRET =
  'LOOM_ROLE_SECRET is not the one of this backup: its signing keys cannot be opened, so every sign-in would fail. The secret belongs ' +
  'to the backup: take the one of the platform it was made of (with npm start: `role` in secrets.json of its data folder). ' +
  'Nothing was changed.';

/**
 * `open-signing-keys <file>`: checks that LOOM_ROLE_SECRET opens every signing key in a file of `pg_restore --data-only
 * --table=signing_key`. Part of a restore, before it changes anything. A backup without a key passes.
 */
try {
  const [file] = process.argv.slice(2);
  if (file === undefined) throw new Error('Usage: open-signing-keys <file>');
  const settings = parseSettings([platformSettings], process.env).get(PLATFORM_SETTINGS) as PlatformSettings;
  const box = signingKeyBox(new Secret(postgresOf(settings, 'open-signing-keys').roleSecret));
  for (const { kid, private_key_sealed: sealed } of copiedRows(await readFile(file, 'utf8'))) open(kid!, sealed!);
  process.exit(0);

  function open(kid: string, sealed: string): void {
    try {
      box.open(sealed, kid);
    } catch (error) {
      throw new Error(WRONG_SECRET, { cause: error });
    }
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
