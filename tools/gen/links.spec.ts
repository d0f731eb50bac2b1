import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const OTHERS = new Set(['node_modules', 'dist', '.git', '.loom']);

describe('the links of the documentation', () => {
  it('lead to files and headings that are there', () => {
    const pages = pagesIn(root);

    expect(pages).toContain(join(root, 'README.md'));
    expect(pages.flatMap(brokenLinks)).toEqual([]);
  });

  it.each([
    ['a file that is not there', '[x](nowhere.md)', ['README.md: nowhere.md']],
    ['a heading that is not there', '# Here\n[x](#there)', ['README.md: #there']],
    ['nothing else', '# Here I am\n[x](#here-i-am) [y](package.json) [z](https://example.com/q)\n`[a](b)`', []],
  ])('are reported when they lead to %s', (_what, text, broken) => {
    expect(brokenIn(join(root, 'README.md'), text)).toEqual(broken);
  });
});

const FILE = /`((?:apps|libs|tools|e2e|bench|conformance|k8s|deploy)\/[\w./-]+\.(?:ts|mjs|json|md|sh))`/g;

describe('the files that the documentation names', () => {
  it('exist', () => {
    const missing = pagesIn(root)
      .filter((page) => !page.endsWith('CHANGELOG.md'))
      .flatMap((page) => [...readFileSync(page, 'utf8').matchAll(FILE)].map(([, file]) => [page, file!] as const))
      .filter(([, file]) => !existsSync(join(root, file)))
      .map(([page, file]) => `${page.slice(root.length)}: ${file}`);

    expect(missing).toEqual([]);
  });
});

function pagesIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return OTHERS.has(entry.name) ? [] : pagesIn(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

function brokenLinks(page: string): readonly string[] {
  return brokenIn(page, readFileSync(page, 'utf8'));
}

function brokenIn(page: string, text: string): readonly string[] {
  const links = [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
  return links
    .filter((target) => !/^[a-z]+:/.test(target) && !resolves(page, text, target))
    .map((target) => `${page.slice(root.length).replace(/^\//, '')}: ${target}`);
}

function resolves(page: string, text: string, target: string): boolean {
  const [path = '', heading] = target.split('#');
  const file = path === '' ? page : join(dirname(page), decodeURIComponent(path));
  if (!existsSync(file)) return false;
  if (heading === undefined || heading === '') return true;
  return headingsOf(path === '' ? text : readFileSync(file, 'utf8')).has(heading);
}

/** As GitHub makes them: lower case, hyphens for spaces, no punctuation. */
function headingsOf(text: string): ReadonlySet<string> {
  const titles = [...prose(text).matchAll(/^#+ (.+)$/gm)].map(([, title]) => title!);
  return new Set(
    titles.map((title) =>
      title
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

function prose(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```/gm, '').replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll(/[[\]()`]/g, ''));
}
