const UNITS = ["", "k", "M", "G", "T"] as const;

/** A count, short: `950`, `12.3k`, `1.2M`. */
export function formatCount(count: number): string {
  let value = count;
  let unit = 0;
  while (value >= 999.95 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return unit === 0 ? String(value) : `${value.toFixed(1)}${UNITS[unit]}`;
}

/** `$1.20`, `<$0.01` */
export function formatDollars(dollars: number): string {
  if (dollars > 0 && dollars < 0.005) return "<$0.01";
  return `$${dollars.toFixed(2)}`;
}

/** What calls of models cost. */
interface Cost {
  /** US dollars. */
  readonly cost: number;
  /** The models whose price isn't known. */
  readonly withoutPrice: readonly string[];
}

/** A cost in dollars; behind `≥` if some of it isn't known, and `?` if nothing is. */
export function formatCost({ cost, withoutPrice }: Cost): string {
  if (withoutPrice.length === 0) return formatDollars(cost);
  return cost === 0 ? "?" : `≥ ${formatDollars(cost)}`;
}
