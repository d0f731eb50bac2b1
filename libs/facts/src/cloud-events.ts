import type { Fact } from '#libs/contracts';

/** The envelope as CloudEvents headers, for consumers that route without parsing the payload. */
export function cloudEventHeaders(fact: Fact, subject: string): Record<string, string> {
  return {
    'ce-specversion': '1.0',
    'ce-id': fact.id,
    'ce-type': fact.type,
    'ce-source': fact.metadata.source,
    'ce-time': fact.timestamp,
    'ce-subject': subject,
    ...(fact.metadata.traceparent === undefined ? {} : { traceparent: fact.metadata.traceparent }),
  };
}
