import type { OpenAPIObject } from '@nestjs/swagger';
import { buildOpenApi } from '../../openapi/build-document.js';
import { apiControllers } from '../controllers.js';
import { docsPage } from './docs-page.js';

describe('docsPage', () => {
  let document: OpenAPIObject;
  let page: string;
  beforeAll(async () => {
    document = await buildOpenApi(apiControllers);
    page = docsPage(document);
  });

  it('shows every route with its summary', () => {
    const operations = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.values(item as Record<string, { summary: string }>).map(({ summary }) => ({ path, summary })),
    );

    expect(page.match(/<details>/g)).toHaveLength(operations.length);
    for (const { path, summary } of operations) {
      expect(page).toContain(`<code>${path}</code> <span class="summary">${summary}</span>`);
    }
  });

  it('shows fields, parameters, errors and examples', () => {
    for (const text of ['linked_flag_keys', 'If-Match', '`version_conflict`', '&quot;next_cursor&quot;: null']) {
      expect(page).toContain(text);
    }
  });

  it('makes no further request and runs no script', () => {
    expect(page).not.toMatch(/<(script|link|img|iframe)|\ssrc=|@import|url\(|\son\w+=/);
    expect([...page.matchAll(/href="([^"]*)"/g)].map(([, target]) => target)).toEqual(['/api/openapi.json']);
  });

  it('escapes HTML', () => {
    const evil = { ...document, paths: { '/<script>': { get: { summary: '<b>&"', responses: {} } } } };

    expect(docsPage(evil as unknown as OpenAPIObject)).toContain(
      '<code>/&lt;script&gt;</code> <span class="summary">&lt;b&gt;&amp;&quot;</span>',
    );
  });
});
