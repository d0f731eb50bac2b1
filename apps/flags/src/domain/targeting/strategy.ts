import { sameJson, refuseUnknownFields } from '#libs/kernel';
import type { RuleBody, Scope, StrategyDraft, StrategyPatch } from '#libs/contracts';
import { readNames } from '../details.js';
import type { Birth } from '../flags/flag.js';
import { readRuleBody } from './rule-body.js';

/** A reusable part of rules: conditions, percentage and schedule. */
export interface Strategy {
  readonly id: string;
  readonly scope: Scope;
  readonly name: string;
  readonly description?: string;
  readonly body: RuleBody;
  readonly version: number;
  /** Steps of its schedule that began. Default: 0. */
  readonly step?: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const FIELDS = ['name', 'description', 'conditions', 'percentage', 'bucket_by', 'schedule'] as const;

export function newStrategy(draft: StrategyDraft, { id, scope, at }: Birth): Strategy {
  refuseUnknownFields(draft, new Set<string>(FIELDS));
  return { id, scope, ...readNames(draft), body: readRuleBody(draft, ''), version: 1, createdAt: at, updatedAt: at };
}

/** Returns the same object when nothing changes. */
export function editStrategy(strategy: Strategy, patch: StrategyPatch, at: Date): Strategy {
  refuseUnknownFields(patch, new Set<string>(FIELDS));
  const { name, description, body } = strategy;
  const merged = { name, description, ...body, ...patch };
  const edited = { ...strategy, ...readNames(merged), body: readRuleBody(merged, '') };
  return sameJson(edited, strategy) ? strategy : { ...edited, version: strategy.version + 1, updatedAt: at };
}
