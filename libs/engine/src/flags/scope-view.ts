import type { RulesetDocument } from '#libs/contracts';
import { segmentsIn } from '#libs/kernel';
import { compileSegmentDocument, SegmentCell, type SegmentSource } from '../conditions/segment-cell.js';
import type { Touched } from '../documents/change-log.js';
import { fieldsOf } from '../documents/fields-of.js';
import type { ScopeRuleset } from '../documents/scope-ruleset.js';
import { type CompiledFlag, compileFlag } from './compiled-flag.js';
import { type CompiledRule, compileRule } from './compiled-rule.js';
import type { RuleReferences, StrategyReference } from './serving-rule.js';

/** The reference to a strategy that compiled rules hold. It compiles the strategy on first use and again after a change. */
class StrategyCell implements StrategyReference {
  private rule: CompiledRule | undefined;
  private isCompiled = false;

  constructor(private readonly compile: () => CompiledRule | undefined) {}

  compiled(): CompiledRule | undefined {
    if (!this.isCompiled) {
      this.isCompiled = true;
      this.rule = this.compile();
    }
    return this.rule;
  }

  reset(): void {
    this.isCompiled = false;
  }
}

/**
 * The flags, segments and strategies of one scope, compiled for one environment when first needed. The view of an
 * organization has the platform's view as parent; segments and strategies of the parent take precedence.
 */
export class ScopeView implements RuleReferences {
  private readonly flags = new Map<string, CompiledFlag>();
  private readonly segments = new Map<string, SegmentCell>();
  private readonly strategies = new Map<string, StrategyCell>();
  /** Revisions of the scopes that this view is compiled from. */
  private revision = 0;
  private parentRevision = 0;
  /** Only the view of the platform keeps compiled flags, since many rulesets share it. Other flags are kept by their ruleset. */
  private readonly isShared: boolean;

  constructor(
    readonly scope: ScopeRuleset,
    private readonly parent: ScopeView | undefined,
    readonly environmentName: string,
    readonly configNames: readonly string[],
  ) {
    this.isShared = parent === undefined;
    this.revision = scope.log.revision;
    this.parentRevision = parent?.scope.log.revision ?? 0;
  }

  /** Returns `undefined` when the scope has no such flag. */
  flag(key: string): CompiledFlag | undefined {
    const known = this.flags.get(key);
    if (known !== undefined) return known;
    const document = this.scope.document('flag', key);
    if (document === undefined) return undefined;
    const compiled = compileFlag(document, key, this.configNames, this);
    if (this.isShared) this.flags.set(key, compiled);
    return compiled;
  }

  segment(key: string): SegmentCell {
    let cell = this.segments.get(key);
    if (cell === undefined) {
      cell = new SegmentCell(key, this.segmentSource);
      this.segments.set(key, cell);
    }
    return cell;
  }

  strategy(id: string): StrategyCell {
    let cell = this.strategies.get(id);
    if (cell === undefined) {
      cell = new StrategyCell(() => this.compileStrategy(id));
      this.strategies.set(id, cell);
    }
    return cell;
  }

  /** The document that a reference resolves to, with the view in which the references of that document resolve. */
  find(kind: 'segment' | 'strategy', name: string): { document: RulesetDocument; view: ScopeView } | undefined {
    const inherited = this.parent?.find(kind, name);
    if (inherited !== undefined) return inherited;
    const document = this.scope.document(kind, name);
    return document === undefined ? undefined : { document, view: this };
  }

  /** Applies the changes of its scope and of the platform since the last call. */
  sync(): void {
    this.parent?.sync();
    if (this.revision !== this.scope.log.revision) {
      this.forget(this.scope.log.since(this.revision), true);
      this.revision = this.scope.log.revision;
    }
    const parentLog = this.parent?.scope.log;
    if (parentLog !== undefined && this.parentRevision !== parentLog.revision) {
      this.forget(parentLog.since(this.parentRevision), false);
      this.parentRevision = parentLog.revision;
    }
  }

  /** Whether a segment depends on itself, directly or through other segments of this view. */
  usesItself(key: string): boolean {
    const visited = new Set<string>();
    const queue = this.segmentsOf(key);
    for (const used of queue) {
      if (used === key) return true;
      if (visited.has(used)) continue;
      visited.add(used);
      queue.push(...this.segmentsOf(used));
    }
    return false;
  }

  private readonly segmentSource: SegmentSource = {
    usesItself: (key) => {
      const found = this.find('segment', key);
      return found !== undefined && found.view.usesItself(key);
    },
    compile: (key) => {
      const found = this.find('segment', key);
      if (found === undefined) return undefined;
      if (found.view === this) return compileSegmentDocument(found.document, this);
      const cell = found.view.segment(key);
      return (context, run) => cell.membership(context, run);
    },
  };

  /** Segments of this view that a segment refers to. Those of the platform cannot refer back, so they are left out. */
  private segmentsOf(key: string): string[] {
    const named = segmentsIn(fieldsOf(this.scope.document('segment', key))['conditions']);
    return named.filter((used) => this.find('segment', used)?.view === this);
  }

  private compileStrategy(id: string): CompiledRule | undefined {
    const found = this.find('strategy', id);
    if (found === undefined) return undefined;
    if (found.view !== this) return found.view.strategy(id).compiled();
    try {
      return compileRule(fieldsOf(found.document), this);
    } catch {
      return undefined;
    }
  }

  private forget(touched: readonly Touched[] | undefined, isOwnScope: boolean): void {
    if (touched === undefined) return this.forgetAll();
    for (const { kind, name } of touched) {
      if (kind === 'flag' && isOwnScope) this.flags.delete(name);
      if (kind === 'strategy') this.strategies.get(name)?.reset();
      if (kind === 'segment') this.segments.get(name)?.reset();
    }
    if (touched.some(({ kind }) => kind === 'segment')) for (const cell of this.segments.values()) cell.resetUses();
  }

  private forgetAll(): void {
    this.flags.clear();
    for (const cell of this.strategies.values()) cell.reset();
    for (const cell of this.segments.values()) cell.reset();
  }
}

const platformViews = new WeakMap<ScopeRuleset, Map<string, ScopeView>>();

/** The view of the platform for environments of one name, shared by all organizations that have such an environment. */
export function platformView(platform: ScopeRuleset, environmentName: string): ScopeView {
  const views = platformViews.get(platform) ?? new Map<string, ScopeView>();
  platformViews.set(platform, views);
  const view =
    views.get(environmentName) ?? new ScopeView(platform, undefined, environmentName, [environmentName, '*']);
  views.set(environmentName, view);
  return view;
}
