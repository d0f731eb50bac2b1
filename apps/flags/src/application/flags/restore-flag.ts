import { FlagRestoredV1, type FlagView, type IfVersion, type Origin, type Written } from '#libs/contracts';
import { restoreFlag, type Flag } from '../../domain/flags/flag.js';
import { checkRulePatterns } from '../configs/check-patterns.js';
import { checkRuleReferences } from '../configs/check-rule-references.js';
import { environmentNames } from '../environments/environment-directory.js';
import { findAtVersion } from '../find.js';
import type { Change, UnitOfWork } from '../ports/unit-of-work.js';
import { flagView } from '../views.js';
import { auditFlags } from './steps/audit-flags.js';
import { checkPrerequisites } from './steps/check-prerequisites.js';
import { recordFlag } from './steps/record-flag.js';

export class RestoreFlag {
  constructor(private readonly uow: UnitOfWork) {}

  execute({ key, if_version }: { key: string } & IfVersion, origin: Origin): Promise<Written<FlagView>> {
    return this.uow.change(
      origin,
      async (tx) => {
        const before = await findAtVersion(tx.flags, 'flag', key, if_version);
        const after = restoreFlag(before, tx.now);
        if (after === before) return flagView(before);
        // An archived flag holds nothing: what it refers to may have been archived, changed or deleted meanwhile.
        await checkPrerequisites(tx.flags, after);
        await checkConfigs(tx, after);
        await tx.flags.save(after);
        await recordFlag(tx, {
          flag: after,
          fact: (version) => FlagRestoredV1.of(origin, { flag_key: key, version }),
        });
        auditFlags(tx, { event: 'FlagRestored', action: 'restore' }, [{ before, after }]);
        return flagView(after);
      },
      { refersToPlatform: true },
    );
  }
}

async function checkConfigs(tx: Change, flag: Flag): Promise<void> {
  const nameOf = await environmentNames(tx);
  const placed = (await tx.configs.ofFlag(flag.id)).flatMap(({ environment: key, rules }) => {
    const environment = nameOf(key);
    return environment === undefined ? [] : [{ field: `environments.${environment}.rules`, environment, rules }];
  });
  await checkRuleReferences(tx, placed);
  await checkRulePatterns(tx, flag, placed);
}
