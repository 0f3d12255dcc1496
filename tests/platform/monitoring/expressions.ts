/**
 * What expressions of PromQL ask for: metrics, and labels of each.
 */

/** Labels by metric. */
export type Asked = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * The metrics of expressions with the labels that they ask of each: those by which they choose its series, and those by which an aggregation around it
 * tells them apart. The cluster's label, which every series has, is left out.
 */
export function askedBy(exprs: readonly string[]): Asked {
  const asked = new Map<string, Set<string>>();
  for (const expr of exprs) {
    const bare = withoutTexts(expr);
    const groups = groupsIn(bare);
    for (const { index, 1: metric = "", 2: matchers = "" } of bare.matchAll(
      /([a-zA-Z_:][a-zA-Z0-9_:]*)\{([^}]*)\}/g,
    )) {
      const chosen = [...matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(
        ([, label = ""]) => label,
      );
      const grouped = groups
        .filter(({ from, to }) => from <= index && index < to)
        .flatMap(({ labels }) => labels);
      const labels = asked.get(metric) ?? new Set();
      for (const label of [...chosen, ...grouped])
        if (label !== "temporal_cluster") labels.add(label);
      asked.set(metric, labels);
    }
  }
  return asked;
}

/** The expression with every quoted text blank, so that no bracket in one counts. */
function withoutTexts(expr: string): string {
  return expr.replace(/"(?:[^"\\]|\\.)*"/g, (text) => `"${" ".repeat(text.length - 2)}"`);
}

interface Group {
  readonly labels: readonly string[];
  /** Where what is aggregated begins and ends. */
  readonly from: number;
  readonly to: number;
}

/** The aggregations of an expression whose labels stand before what they aggregate: `sum by (a, b) (…)`. */
function groupsIn(bare: string): readonly Group[] {
  return [...bare.matchAll(/\bby \(([^)]*)\) \(/g)].map(({ index, 0: head, 1: labels = "" }) => {
    const from = index + head.length;
    let depth = 1;
    let to = from;
    for (; depth > 0; to += 1) {
      if (to >= bare.length) throw new Error(`a bracket is open in ${bare}`);
      depth += { "(": 1, ")": -1 }[bare.charAt(to)] ?? 0;
    }
    return { labels: labels.split(/,\s*/), from, to };
  });
}
