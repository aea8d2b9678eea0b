/** Numbers as text writes them: decimal, with a point; infinities by name. */

const INFINITE: Readonly<Record<string, number>> = {
  inf: Number.POSITIVE_INFINITY,
  "+inf": Number.POSITIVE_INFINITY,
  "-inf": Number.NEGATIVE_INFINITY,
};

/** The number that a text stands for, correctly rounded, or `undefined` where it is none. */
export function numberOfText(text: string): number | undefined {
  const value = Number(text);
  if (Number.isNaN(value) || text === "") {
    const name = text.toLowerCase();
    return Object.hasOwn(INFINITE, name) ? INFINITE[name] : undefined;
  }
  // Number() also reads 0x1f, 0b1 and 0o7.
  const second = text.charCodeAt(1) | 32;
  return second === 120 || second === 98 || second === 111 ? undefined : value;
}
