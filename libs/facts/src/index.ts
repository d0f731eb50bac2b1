export { auditFact } from './audit-fact.js';
export { cloudEventHeaders } from './cloud-events.js';
export { completeFact } from './complete-fact.js';
export { FactPublisher, type PublishOptions } from './fact-publisher.js';
export { jsonDiff } from './json-diff.js';
