import { type CheckRule, LLR_LIMIT } from "./check-rule.ts";

/**
 * The cheap rule: the sign of the product and the smallest magnitude of the others, times a factor.
 *
 * Min-sum overestimates, by which it loses 0.5 dB and more; a factor of 0.75 to 0.8 brings it within about 0.1 dB of
 * sum-product. A factor of 1 is plain min-sum.
 *
 * Source: J. Chen, M. P. C. Fossorier, IEEE Trans. Commun. 50 (2002) 406.
 */
export function minSumRule(factor: number): CheckRule {
  return (incoming, outgoing, degree) => {
    let isOdd = false;
    let smallest = Number.POSITIVE_INFINITY;
    let secondSmallest = Number.POSITIVE_INFINITY;
    let smallestAt = -1;
    for (let i = 0; i < degree; i++) {
      const message = incoming[i] as number;
      const magnitude = Math.abs(message);
      isOdd = isOdd !== message < 0;
      if (magnitude < smallest) {
        secondSmallest = smallest;
        smallest = magnitude;
        smallestAt = i;
      } else if (magnitude < secondSmallest) {
        secondSmallest = magnitude;
      }
    }
    for (let i = 0; i < degree; i++) {
      const magnitude = Math.min(factor * (i === smallestAt ? secondSmallest : smallest), LLR_LIMIT);
      outgoing[i] = isOdd !== (incoming[i] as number) < 0 ? -magnitude : magnitude;
    }
  };
}
