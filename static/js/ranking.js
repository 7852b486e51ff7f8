// Where the line stands in a ranked list, and whether it is settled: for all pages that show one.

/**
 * {after, tie, first}: the line stands after the item at this place (-1: above all). While a tie is not settled, `tie` is it,
 * the items from `first` to `after` are those the line falls among, and it stands nowhere yet.
 */
export function lineOf(review, group) {
  const { items } = group;
  const place = (number) => items.findIndex((item) => item.number === number);
  const tie = (review.ties || []).find((one) => !one.settled && place(one.items[0]) >= 0) || null;
  if (tie) {
    const places = tie.items.map(place);
    return { tie, first: Math.min(...places), after: Math.max(...places) };
  }
  return { tie: null, first: -1, after: items.reduce((last, item, at) => (item.verdict === "advance" ? at : last), -1) };
}

/** Whether shares are of more votes on one item than on another: then the most yes votes and the largest share are two things. */
export function rankedByShare(review) {
  const items = review.groups.flatMap((group) => group.items).filter((item) => item.counts && item.counts.yes !== undefined);
  return new Set(items.map((item) => item.base)).size > 1;
}
