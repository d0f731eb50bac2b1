import { AppError, type Clock, type Ids } from '#libs/kernel';
import type { CommandOf, Origin, OrganizationView, accountsRpc } from '#libs/contracts';
import { isSpelledOut, numberedSlug } from '../../domain/names.js';
import type { Organization } from '../../domain/organizations/organization.js';
import { establish, foundingOf, type Founding } from './founding.js';
import type { AccountsPolicy } from '../ports/policy.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { organizationView } from './organization-view.js';

const NUMBERS = [1, 2, 3, 4, 5] as const;

/** Stores an organization with `dev`, `prod` and its first admin in one transaction. */
export class CreateOrganization {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly policy: AccountsPolicy,
  ) {}

  async execute(command: CommandOf<typeof accountsRpc.createOrganization>, origin: Origin): Promise<OrganizationView> {
    const founding = foundingOf({ ...command, userId: origin.actor.id }, this.ids, this.clock.now());
    await this.#authorize(origin);
    const mayNumber = command.slug === undefined && !isSpelledOut(command.name);
    return organizationView(await this.#found(founding, origin, mayNumber));
  }

  /** Names that Latin letters do not spell share a slug, and are numbered; all other names keep theirs or are refused. */
  async #found(founding: Founding, origin: Origin, mayNumber: boolean): Promise<Organization> {
    const { id, slug } = founding.organization;
    // Eleven digits: with twelve, a slug could read as an id.
    const slugs = mayNumber
      ? [...NUMBERS, id.replaceAll('-', '').slice(-11)].map((n) => numberedSlug(slug, n))
      : [slug];
    for (const [i, candidate] of slugs.entries()) {
      const organization = { ...founding.organization, slug: candidate };
      const isFree = await this.uow
        .inOrganization(id, (stores) => establish(stores, { ...founding, organization }, origin))
        .then(() => true, refuseUnlessTaken(i < slugs.length - 1));
      if (isFree) return organization;
    }
    throw new TypeError('the last slug is stored or refused');
  }

  async #authorize({ actor }: Origin): Promise<void> {
    const user = await this.uow.acrossOrganizations(async ({ users }) =>
      actor.type === 'user' ? users.find(actor.id) : undefined,
    );
    if (user !== undefined && (user.isSuperAdmin || this.policy.openOrganizations)) return;
    throw new AppError('forbidden', 'Only super admins create organizations');
  }
}

/** False for a taken slug while another one is left to try. */
function refuseUnlessTaken(isLeft: boolean) {
  return (error: unknown): false => {
    if (isLeft && error instanceof AppError && error.code === 'already_exists') return false;
    throw error;
  };
}
