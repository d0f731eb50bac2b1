import { z } from 'zod';
import type { DocumentRef, RulesetDocument } from '../documents/documents.js';
import { defineFact } from './define-fact.js';

/** One transaction = one bump = one delta: what evaluators apply when `version` is the next one. `document: null` is a tombstone. */
export const RulesetChangedV1 = defineFact(
  'ruleset.changed',
  1,
  z.object({
    epoch: z.string(),
    version: z.number().int().positive(),
    changes: z.array(
      z.object({
        ref: z.custom<DocumentRef>((value) => typeof value === 'string'),
        document: z.custom<RulesetDocument>((value) => typeof value === 'object').nullable(),
      }),
    ),
  }),
);
