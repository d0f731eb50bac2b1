import type { PageOf } from '#libs/contracts';

export function mapPage<A, B>(page: PageOf<A>, view: (item: A) => B): PageOf<B> {
  return { ...page, data: page.data.map(view) };
}
