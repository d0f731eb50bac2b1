/** Properties of a request that are stored in the row of each of its events. */
export interface Circumstances {
  /** RFC 3339, UTC, milliseconds. */
  readonly receivedAt: string;
  readonly environmentId?: string;
  /** Absent when the organization does not keep addresses. */
  readonly ip?: string;
  readonly userAgent?: string;
  readonly lib?: string;
  readonly libVersion?: string;
}

const MAX_LENGTH = { userAgent: 512, lib: 100, libVersion: 50 } as const;

/** The JSON members that are the same in every row of a request, and the closing brace of the row. */
export function endOfRow(from: Circumstances): string {
  const environment = from.environmentId === undefined ? '' : `,"environment_id":"${from.environmentId}"`;
  return (
    `,"received_at":"${from.receivedAt}"${environment}` +
    member('ip', from.ip) +
    member('user_agent', from.userAgent?.slice(0, MAX_LENGTH.userAgent)) +
    member('lib', from.lib?.slice(0, MAX_LENGTH.lib)) +
    `${member('lib_version', from.libVersion?.slice(0, MAX_LENGTH.libVersion))}}`
  );
}

function member(name: string, value: string | undefined): string {
  return value === undefined || value === '' ? '' : `,"${name}":${JSON.stringify(value)}`;
}
