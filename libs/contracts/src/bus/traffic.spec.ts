import { facts } from '../facts/catalogue.js';
import { accountsRpc } from '../rpc/accounts.js';
import { analyticsRpc } from '../rpc/analytics.js';
import { auditRpc } from '../rpc/audit.js';
import { evaluationRpc } from '../rpc/evaluation.js';
import { flagsRpc } from '../rpc/flags.js';
import { targetingRpc } from '../rpc/targeting.js';
import { durables } from './durables.js';
import { natsUsers } from './nats-users.js';
import { natsUsersConf } from './nats-users-conf.js';
import { streams } from './streams.js';
import { traffic, type Traffic } from './traffic.js';

const services = Object.values<Traffic>(traffic);
const published = services.flatMap(({ publishes }) => publishes);

describe('traffic', () => {
  it.each(facts.map(({ everyScope }) => everyScope))('has a publisher of %s', (subject) => {
    expect(published).toContain(subject);
  });

  it('publishes nothing that no stream keeps', () => {
    const kept = streams.flatMap(({ subjects }) => subjects.map((subject) => subject.replace('>', '')));
    expect(published.filter((subject) => !kept.some((prefix) => subject.startsWith(prefix)))).toEqual([]);
  });

  it.each(Object.values(durables))('gives $name one owner', (durable) => {
    expect(services.filter(({ consumes }) => consumes.includes(durable))).toHaveLength(1);
  });

  it.each(
    [accountsRpc, flagsRpc, targetingRpc, auditRpc, evaluationRpc, analyticsRpc].flatMap((of) => Object.values(of)),
  )('has a service that requests $subject, and one that answers it', (rpc) => {
    expect(services.some(({ requests }) => requests.includes(rpc))).toBe(true);
    expect(Object.keys(traffic)).toContain(rpc.subject.split('.')[1]);
  });
});

describe('natsUsers', () => {
  it('reaches no API of JetStream by a wildcard, the subscriber apart', () => {
    const services = natsUsers().filter(({ name }) => name !== 'subscriber');
    const api = services.flatMap(({ publish }) => publish.filter((subject) => subject.startsWith('$JS.API')));
    expect(api.filter((subject) => /[*>]/.test(subject) && !subject.startsWith('$JS.API.CONSUMER.CREATE.'))).toEqual(
      [],
    );
  });

  it('denies the subscriber each durable of the platform that its wildcards would reach', () => {
    const subscriber = natsUsers().find(({ name }) => name === 'subscriber')!;
    const reached = Object.values(durables).filter(({ stream }) =>
      subscriber.publish.some((subject) => subject.includes(`.${stream}.`)),
    );
    expect(reached.length).toBeGreaterThan(0);
    for (const { stream, name } of reached) {
      for (const verb of ['CREATE', 'INFO', 'MSG.NEXT', 'DELETE'])
        expect(subscriber.neverPublish).toContain(`$JS.API.CONSUMER.${verb}.${stream}.${name}`);
      expect(subscriber.neverPublish).toContain(`$JS.ACK.${stream}.${name}.>`);
    }
  });

  it('becomes a configuration without a password in it, where nothing allowed is not everything', () => {
    const conf = natsUsersConf();
    expect(conf.match(/password: .*/g)).toEqual(
      natsUsers().map(({ name }) => `password: $PASSWORD_${name.toUpperCase()}`),
    );
    expect(conf).not.toMatch(/allow: \[\s*\]/);
  });
});
