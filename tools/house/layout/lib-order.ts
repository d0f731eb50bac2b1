import type { House, Violation } from '../house.js';
import { partsOf } from '../paths.js';

const ORDER_FILE = 'tools/house/lib-order.json';

/** Every lib stands in the order from which the boundaries are made: it may import those above it only. */
export function libOrder(house: House): readonly Violation[] {
  const order = JSON.parse(house.files.get(ORDER_FILE) ?? '[]') as readonly string[];
  return partsOf(house.files.keys())
    .filter((part) => part.startsWith('libs/') && !order.includes(part.slice('libs/'.length)))
    .map((path) => ({ path, message: `is not in ${ORDER_FILE}` }));
}
