import { z } from 'zod';
import type { DocumentRef, RulesetDocument } from '../documents/documents.js';
import { defineFact } from './define-fact.js';

/** One transaction = one bump = one delta: what evaluators apply when `version` is the next one. `document: null` is a tombstone. */
export const RulesetChangedV1 = defineFact(
  'ruleset.changed',
  1,
  z.object({
    epoch: z.string().describe('Lifetime of the database, base 36: a later one beats every version of an earlier'),
    version: z.number().int().positive(),
    changes: z.array(
      z.object({
        ref: z.custom<DocumentRef>((value) => typeof value === 'string').describe('`flag:<key>`, `strategy:<id>` …'),
        document: z
          .custom<RulesetDocument>((value) => typeof value === 'object')
          .nullable()
          .describe('The whole document; `null` is a tombstone'),
      }),
    ),
  }),
);
