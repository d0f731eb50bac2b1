import { z } from 'zod';
import type { DocumentRef, RulesetDocument } from '../../documents/documents.js';
import { defineFact } from '../define-fact.js';

/** A delta: evaluators apply it when `version` is the one after the version they hold. */
export const RulesetChangedV1 = defineFact(
  'ruleset.changed',
  1,
  'The ruleset of a scope moved to its next version. Evaluators apply these changes. One fact per transaction.',
  z.object({
    epoch: z
      .string()
      .describe('Epoch of the database, base 36. A later epoch is newer than every version of an earlier one'),
    version: z.number().int().positive(),
    changes: z.array(
      z.object({
        ref: z.custom<DocumentRef>((value) => typeof value === 'string').describe('`flag:<key>`, `strategy:<id>` …'),
        document: z
          .custom<RulesetDocument>((value) => typeof value === 'object')
          .nullable()
          .describe('The whole document; `null` when it was deleted'),
      }),
    ),
  }),
);
