export { traffic, type Traffic } from './traffic.js';
export { natsUsers, type NatsUser } from './nats-users.js';
export { natsUsersConf, passwordVariable } from './nats-users-conf.js';
