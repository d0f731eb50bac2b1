import type { DocumentChange, DocumentKind, DocumentRef, RulesetDocument } from '#libs/contracts';
import { isObject } from '#libs/kernel';
import { ChangeLog } from './change-log.js';
import { type ActiveKillSwitch, byKey, idOf, isActive, linkedKeys } from './kill-switches.js';
import { hasSchedule } from './schedule-steps.js';

const KINDS: readonly string[] = ['flag', 'strategy', 'segment', 'kill_switch', 'environment'] satisfies DocumentKind[];

/**
 * The documents of one scope: the platform, or one organization. A change is applied in place, and its cost depends on the
 * changed document only. Rulesets that use this scope apply the change at their next evaluation.
 */
export class ScopeRuleset {
  readonly log = new ChangeLog();
  private readonly documents: Readonly<Record<DocumentKind, Map<string, RulesetDocument>>> = {
    flag: new Map(),
    strategy: new Map(),
    segment: new Map(),
    kill_switch: new Map(),
    environment: new Map(),
  };
  /** Active kill switches by flag key, each list in the order of their keys. */
  private readonly killSwitches = new Map<string, ActiveKillSwitch[]>();
  private readonly scheduled = new Set<RulesetDocument>();

  /** Replaces the document of each reference, or removes it for `null`. References of unknown kinds are ignored. */
  apply(changes: readonly DocumentChange[]): void {
    for (const { ref, document } of changes) this.change(ref, document);
  }

  /** Makes `documents` the content of the scope: removes all others. An identical object counts as unchanged. */
  replace(documents: ReadonlyMap<DocumentRef, RulesetDocument>): void {
    for (const kind of KINDS as readonly DocumentKind[]) {
      for (const name of [...this.documents[kind].keys()]) {
        if (!documents.has(`${kind}:${name}`)) this.change(`${kind}:${name}`, null);
      }
    }
    for (const [ref, document] of documents) this.change(ref, document);
  }

  /** The document of a kind by the name that references use: its key, or the id for strategies and environments. */
  document(kind: DocumentKind, name: string): RulesetDocument | undefined {
    return this.documents[kind].get(name);
  }

  /** Every document, in no particular order. */
  *all(): IterableIterator<RulesetDocument> {
    for (const kind of KINDS as readonly DocumentKind[]) yield* this.documents[kind].values();
  }

  names(kind: DocumentKind): IterableIterator<string> {
    return this.documents[kind].keys();
  }

  isLiveFlag(key: string): boolean {
    const document = this.documents.flag.get(key);
    return document !== undefined && (document as { archived?: unknown }).archived !== true;
  }

  /** The first active kill switch, by key, that names the flag. */
  killSwitch(flagKey: string): ActiveKillSwitch | undefined {
    return this.killSwitches.get(flagKey)?.[0];
  }

  /** Documents that contain a schedule. */
  withSchedules(): Iterable<RulesetDocument> {
    return this.scheduled;
  }

  private change(ref: DocumentRef, document: RulesetDocument | null): void {
    const at = ref.indexOf(':');
    const kind = ref.slice(0, at) as DocumentKind;
    const name = nameOf(document, ref.slice(at + 1));
    if (!KINDS.includes(kind)) return;
    const before = this.documents[kind].get(name);
    if (before === (document ?? undefined)) return;
    if (document === null) this.documents[kind].delete(name);
    else this.documents[kind].set(name, document);
    this.updateScheduled(before, document ?? undefined);
    if (kind === 'kill_switch') this.updateKillSwitch(name, before, document ?? undefined);
    else this.log.add({ kind, name });
  }

  private updateScheduled(before: RulesetDocument | undefined, after: RulesetDocument | undefined): void {
    if (before !== undefined) this.scheduled.delete(before);
    if (after !== undefined && hasSchedule(after)) this.scheduled.add(after);
  }

  private updateKillSwitch(key: string, before: unknown, after: unknown): void {
    const linked = new Set([...linkedKeys(before), ...linkedKeys(after)]);
    for (const flagKey of linked) {
      const others = (this.killSwitches.get(flagKey) ?? []).filter((other) => other.key !== key);
      const active =
        isActive(after) && linkedKeys(after).includes(flagKey) ? [...others, { id: idOf(after), key }] : others;
      if (active.length === 0) this.killSwitches.delete(flagKey);
      else this.killSwitches.set(flagKey, active.sort(byKey));
      this.log.add({ kind: 'kill_switch', name: flagKey });
    }
  }
}

/** The string of the document rather than the slice of the reference, which would keep the whole reference in memory. */
function nameOf(document: unknown, name: string): string {
  if (!isObject(document)) return name;
  const { key, id } = document;
  return key === name ? key : id === name ? id : name;
}
