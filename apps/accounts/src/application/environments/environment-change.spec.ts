import { originIn } from '../../../test/in-memory/world.js';
import { anEnvironment, anOrganization, aUser } from '../../../test/contract/builders.js';
import { environmentCreated, environmentDeleted, environmentUpdated } from './environment-change.js';

const acme = anOrganization();
const origin = originIn(acme, aUser());
const before = anEnvironment(acme.id, { name: 'staging', position: 3 });
const after = { ...before, color: undefined, protected: true, version: 2 };

describe('a change of an environment', () => {
  it('reports the state after it, in the scope of the environment', () => {
    const { fact } = environmentUpdated(origin, before, after);

    expect(fact).toMatchObject({
      type: 'environment.updated',
      scope: acme.id,
      environmentId: before.id,
      data: { environment_id: before.id, name: 'staging', color: null, protected: true, position: 3, version: 2 },
    });
  });

  it('that deletes reports the version after the last one, so that it is newer than every other fact', () => {
    const { fact, audit } = environmentDeleted(origin, before, { ...before, version: 2 });

    expect(fact).toMatchObject({ type: 'environment.deleted', data: { version: 2, color: before.color } });
    expect(audit).toMatchObject({ event: 'EnvironmentDeleted', action: 'delete', before: { version: 1 } });
    expect(audit.after).toBeUndefined();
  });

  it.each([
    ['EnvironmentCreated', 'insert', environmentCreated(origin, after)],
    ['EnvironmentUpdated', 'update', environmentUpdated(origin, before, after)],
    ['EnvironmentDeleted', 'delete', environmentDeleted(origin, before, after)],
  ])('is audited as %s under the name and the id', (event, action, { audit }) => {
    expect(audit).toMatchObject({
      ...{ event, action, resourceType: 'environment', resourceId: before.id, resourceKey: 'staging' },
      ...{ environment: 'staging', environmentId: before.id },
    });
  });
});
