const units = ["B", "kB", "MB", "GB", "TB"] as const;

/** A size as people say it: `3.2 MB`, in powers of 1000. */
export function bytes(count: number): string {
  let value = count;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : Number(value.toPrecision(3))} ${units[unit]}`;
}

/** Reads `500`, `500MB`, `2 GiB`; powers of 1000, and of 1024 with an `i`. Nothing when it is no size. */
export function bytesFrom(text: string): number | undefined {
  const [, number, prefix, binary] = /^\s*(\d+(?:\.\d+)?)\s*(?:([kMGT])(i)?)?B?\s*$/i.exec(text) ?? [];
  if (number === undefined) return undefined;
  const power = prefix === undefined ? 0 : "KMGT".indexOf(prefix.toUpperCase()) + 1;
  return Math.round(Number(number) * (binary === undefined ? 1000 : 1024) ** power);
}
