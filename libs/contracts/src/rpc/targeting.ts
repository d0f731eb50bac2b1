import type { Condition, Schedule } from '../documents/condition.js';
import type { RuleBody } from '../documents/documents.js';
import { defineRpc } from './define-rpc.js';
import type { Page, PageOf } from '../page.js';
import type { IfVersion, Written } from './flags.js';

/** Objects of the platform are readable, and may be used, by every organization; super admins alone edit them. */
type OwnerScope = 'organization' | 'platform';

/** A list of the own objects, or of the platform's. */
export interface OwnerFilter {
  readonly platform?: boolean;
}
/** A reusable rule. */
export interface StrategyView {
  readonly id: string;
  readonly org_id: string | null;
  readonly scope: OwnerScope;
  readonly name: string;
  readonly description: string | null;
  readonly conditions: Condition;
  readonly percentage: number | null;
  readonly bucket_by: string;
  readonly schedule: Schedule | null;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
}
export interface StrategyDraft extends RuleBody {
  readonly name: string;
  readonly description?: string | null;
}
export type StrategyPatch = Partial<StrategyDraft>;

export interface SegmentView {
  readonly id: string;
  readonly org_id: string | null;
  readonly scope: OwnerScope;
  readonly key: string;
  readonly name: string;
  readonly description: string | null;
  readonly included: readonly string[];
  readonly excluded: readonly string[];
  /** `null`: only the included users belong to it. An empty list matches all contexts. */
  readonly conditions: Condition | null;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
}
export interface SegmentDraft {
  readonly key: string;
  readonly name: string;
  readonly description?: string | null;
  readonly included?: readonly string[];
  readonly excluded?: readonly string[];
  readonly conditions?: Condition | null;
}
export type SegmentPatch = Partial<Omit<SegmentDraft, 'key'>>;

/** Strategies and segments; answered by the flags service too. */
export const targetingRpc = {
  createStrategy: defineRpc<StrategyDraft, Written<StrategyView>>('flags.create_strategy'),
  listStrategies: defineRpc<{ filter?: OwnerFilter; page: Page }, PageOf<StrategyView>>('flags.list_strategies'),
  /** An own one, else one of the platform. */
  getStrategy: defineRpc<{ id: string }, StrategyView>('flags.get_strategy'),
  updateStrategy: defineRpc<{ id: string; patch: StrategyPatch } & IfVersion, Written<StrategyView>>(
    'flags.update_strategy',
  ),
  /** 409 `strategy_in_use` with the configurations that refer to it. */
  deleteStrategy: defineRpc<{ id: string } & IfVersion, Written<StrategyView>>('flags.delete_strategy'),
  createSegment: defineRpc<SegmentDraft, Written<SegmentView>>('flags.create_segment'),
  listSegments: defineRpc<{ filter?: OwnerFilter; page: Page }, PageOf<SegmentView>>('flags.list_segments'),
  /** An own one, else one of the platform. */
  getSegment: defineRpc<{ key: string }, SegmentView>('flags.get_segment'),
  updateSegment: defineRpc<{ key: string; patch: SegmentPatch } & IfVersion, Written<SegmentView>>(
    'flags.update_segment',
  ),
  /** 409 `segment_in_use` with the configurations, strategies and segments that refer to it. */
  deleteSegment: defineRpc<{ key: string } & IfVersion, Written<SegmentView>>('flags.delete_segment'),
} as const;
