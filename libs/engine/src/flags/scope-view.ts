import type { RulesetDocument } from '#libs/contracts';
import { segmentsIn } from '#libs/kernel';
import { compileSegmentDocument, SegmentCell, type SegmentSource } from '../conditions/segments.js';
import type { Touched } from '../documents/change-log.js';
import { fieldsOf } from '../documents/fields-of.js';
import type { ScopeRuleset } from '../documents/scope-ruleset.js';
import { type CompiledFlag, compileFlag } from './compiled-flag.js';
import { compileBody, type CompiledBody } from './compiled-rule.js';
import type { RuleReferences } from './serving-rule.js';

/** The place that rules hold on to instead of a strategy. */
class StrategyCell {
  private compiled: CompiledBody | undefined;
  private isKnown = false;

  constructor(private readonly compile: () => CompiledBody | undefined) {}

  /** `undefined` when there is no such strategy, or it cannot be compiled: its rules admit nobody. */
  body(): CompiledBody | undefined {
    if (!this.isKnown) {
      this.isKnown = true;
      this.compiled = this.compile();
    }
    return this.compiled;
  }

  reset(): void {
    this.isKnown = false;
  }
}

/**
 * One scope seen from one environment: its flags, compiled when first needed. An organization's view has the platform's
 * for a parent, and finds segments and strategies there first.
 */
export class ScopeView implements RuleReferences {
  private readonly flags = new Map<string, CompiledFlag>();
  private readonly segments = new Map<string, SegmentCell>();
  private readonly strategies = new Map<string, StrategyCell>();
  private seen = 0;
  private parentSeen = 0;
  /** The platform's flags are compiled once for all who see them; an organization's ruleset keeps its own. */
  private readonly isShared: boolean;

  constructor(
    readonly scope: ScopeRuleset,
    private readonly parent: ScopeView | undefined,
    readonly environmentName: string,
    readonly configNames: readonly string[],
  ) {
    this.isShared = parent === undefined;
    this.seen = scope.log.revision;
    this.parentSeen = parent?.scope.log.revision ?? 0;
  }

  /** `undefined` when the scope has no such flag. */
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

  /** The document that a reference means here, and the view that its own references are resolved in. */
  find(kind: 'segment' | 'strategy', name: string): { document: RulesetDocument; view: ScopeView } | undefined {
    const above = this.parent?.find(kind, name);
    if (above !== undefined) return above;
    const document = this.scope.document(kind, name);
    return document === undefined ? undefined : { document, view: this };
  }

  /** Catches up with the changes of its scope and of the platform. */
  sync(): void {
    this.parent?.sync();
    if (this.seen !== this.scope.log.revision) {
      this.forget(this.scope.log.since(this.seen), true);
      this.seen = this.scope.log.revision;
    }
    const above = this.parent?.scope.log;
    if (above !== undefined && this.parentSeen !== above.revision) {
      this.forget(above.since(this.parentSeen), false);
      this.parentSeen = above.revision;
    }
  }

  /** Whether a segment reaches itself through the segments that it uses. */
  usesItself(key: string): boolean {
    const visited = new Set<string>();
    const queue = this.usedBy(key);
    for (const used of queue) {
      if (used === key) return true;
      if (visited.has(used)) continue;
      visited.add(used);
      queue.push(...this.usedBy(used));
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

  /** Segments of this view that one of them names; those of the platform cannot lead back. */
  private usedBy(key: string): string[] {
    const named = segmentsIn(fieldsOf(this.scope.document('segment', key))['conditions']);
    return named.filter((used) => this.find('segment', used)?.view === this);
  }

  private compileStrategy(id: string): CompiledBody | undefined {
    const found = this.find('strategy', id);
    if (found === undefined) return undefined;
    if (found.view !== this) return found.view.strategy(id).body();
    try {
      return compileBody(fieldsOf(found.document), this);
    } catch {
      return undefined;
    }
  }

  private forget(touched: readonly Touched[] | undefined, areOwn: boolean): void {
    if (touched === undefined) return this.forgetAll();
    for (const { kind, name } of touched) {
      if (kind === 'flag' && areOwn) this.flags.delete(name);
      if (kind === 'strategy') this.strategies.get(name)?.reset();
      if (kind === 'segment') this.segments.get(name)?.reset();
    }
    if (touched.some(({ kind }) => kind === 'segment')) for (const cell of this.segments.values()) cell.forgetGraph();
  }

  private forgetAll(): void {
    this.flags.clear();
    for (const cell of this.strategies.values()) cell.reset();
    for (const cell of this.segments.values()) cell.reset();
  }
}

const platformViews = new WeakMap<ScopeRuleset, Map<string, ScopeView>>();

/** The platform's flags compiled for environments of one name, shared by the organizations that have one. */
export function platformView(platform: ScopeRuleset, environmentName: string): ScopeView {
  const views = platformViews.get(platform) ?? new Map<string, ScopeView>();
  platformViews.set(platform, views);
  const view =
    views.get(environmentName) ?? new ScopeView(platform, undefined, environmentName, [environmentName, '*']);
  views.set(environmentName, view);
  return view;
}
