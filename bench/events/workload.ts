import { uuidv7 } from 'uuidv7';
import type { EventRow } from '#libs/contracts';

export const PACK_EVENTS = 100;
export const PEOPLE = 20_000;
const NAMES = 10;
const PLANS = ['free', 'pro', 'team'];
const SPAN_MS = 20 * 24 * 3_600_000;

/** How many events of the workload match each question; the answers must equal these. */
export interface Expected {
  readonly name: number;
  readonly pro: number;
  readonly nameAndPro: number;
  readonly coupon: number;
  readonly range: number;
}

/** Events of some weeks, in the order of their time, about 350 bytes each; the last one is an hour old. */
export class Workload {
  readonly range: { readonly start_time: string; readonly end_time: string };
  #next = 0;
  readonly #expected = { name: 0, pro: 0, nameAndPro: 0, coupon: 0, range: 0 };
  readonly #from: number;
  readonly #stepMs: number;

  constructor(readonly total: number) {
    this.#from = Date.now() - SPAN_MS - 3_600_000;
    this.#stepMs = SPAN_MS / total;
    // A week that begins and ends within an hour.
    const at = (share: number): string => new Date(this.#from + Math.floor(SPAN_MS * share) + 1_234).toISOString();
    this.range = { start_time: at(0.3), end_time: at(0.65) };
  }

  get expected(): Expected {
    return this.#expected;
  }

  /** The next packs, as capture writes them. */
  packs(events: number): readonly string[] {
    return Array.from({ length: events / PACK_EVENTS }, () =>
      JSON.stringify(Array.from({ length: PACK_EVENTS }, () => this.#row())),
    );
  }

  #row(): EventRow {
    const n = this.#next++;
    const timestamp = new Date(this.#from + Math.floor(n * this.#stepMs)).toISOString();
    const event = `name_${n % NAMES}`;
    const plan = PLANS[Math.floor(n / NAMES) % PLANS.length]!;
    const hasCoupon = n % 100_000 === 4_321;
    this.#count(event, plan, hasCoupon, timestamp);
    return {
      event_id: uuidv7(),
      distinct_id: `user-${(n * 7_919) % PEOPLE}`,
      event,
      properties: {
        amount: n % 997,
        currency: 'EUR',
        plan,
        country: 'DE',
        url: 'https://example.com/checkout/complete',
        referrer: 'https://example.com/cart',
        ...(hasCoupon && { coupon: 'rare' }),
      },
      timestamp,
      received_at: timestamp,
      lib: 'node',
      lib_version: '1.0.0',
    };
  }

  #count(event: string, plan: string, hasCoupon: boolean, timestamp: string): void {
    const { start_time, end_time } = this.range;
    const [isName, isPro] = [event === 'name_3', plan === 'pro'];
    this.#expected.name += Number(isName);
    this.#expected.pro += Number(isPro);
    this.#expected.nameAndPro += Number(isName && isPro);
    this.#expected.coupon += Number(hasCoupon);
    this.#expected.range += Number(timestamp >= start_time && timestamp <= end_time);
  }
}
