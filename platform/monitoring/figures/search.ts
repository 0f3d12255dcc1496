/**
 * Figures of OpenSearch or Elasticsearch itself, as elasticsearch_exporter has them (github.com/prometheus-community/elasticsearch_exporter, "Metrics").
 */
import { type Figure, maxBy, rateBy, type Scope, sumBy } from "./figure.ts";

const heap = `area="heap"`;

/** What one looks at first. */
export function searchFigures(scope: Scope): readonly Figure[] {
  return [
    {
      title: "Index: documents",
      description: "Documents on each node, workflows and those of the search server itself.",
      unit: "count",
      lines: [{ expr: sumBy(scope, ["name"], "elasticsearch_indices_docs"), legend: "{{name}}" }],
    },
    {
      title: "Index: reads and writes",
      description: "Searches in a part of an index, and documents that are written, in a second.",
      unit: "perSecond",
      lines: [
        {
          expr: rateBy(scope, ["name"], "elasticsearch_indices_search_query_total"),
          legend: "{{name}} searches",
        },
        {
          expr: rateBy(scope, ["name"], "elasticsearch_indices_indexing_index_total"),
          legend: "{{name}} writes",
        },
      ],
    },
    {
      title: "Index: disk",
      description: "What is left of the disk of each node, and what its indexes take.",
      unit: "bytes",
      lines: [
        {
          expr: maxBy(scope, ["name"], "elasticsearch_filesystem_data_available_bytes"),
          legend: "{{name}} left",
        },
        {
          expr: sumBy(scope, ["name"], "elasticsearch_indices_store_size_bytes"),
          legend: "{{name}} indexes",
        },
      ],
    },
    {
      title: "Index: heap",
      description: "Heap of the Java machine, and how much there may be.",
      unit: "bytes",
      lines: [
        {
          expr: maxBy(scope, ["name"], "elasticsearch_jvm_memory_used_bytes", heap),
          legend: "{{name}} used",
        },
        {
          expr: maxBy(scope, ["name"], "elasticsearch_jvm_memory_max_bytes", heap),
          legend: "{{name}} limit",
        },
      ],
    },
  ];
}

/** What one looks at when something is odd. */
export function moreSearchFigures(scope: Scope): readonly Figure[] {
  return [
    {
      title: "Health",
      description:
        "1 for the colour that it is: green, yellow when copies are with no node, red when whole parts of an index are.",
      unit: "count",
      lines: [
        {
          expr: maxBy(scope, ["color"], "elasticsearch_cluster_health_status"),
          legend: "{{color}}",
        },
      ],
    },
    {
      title: "Time of a search",
      description: "Mean time of a search in a part of an index.",
      unit: "seconds",
      lines: [
        {
          expr: `${rateBy(scope, ["name"], "elasticsearch_indices_search_query_time_seconds")} / (${rateBy(scope, ["name"], "elasticsearch_indices_search_query_total")} > 0)`,
          legend: "{{name}}",
        },
      ],
    },
    {
      title: "Time of collecting garbage",
      description: "Share of the time in which the Java machine collects garbage.",
      unit: "share",
      lines: [
        {
          expr: rateBy(scope, ["name", "gc"], "elasticsearch_jvm_gc_collection_seconds_sum"),
          legend: "{{name}} {{gc}}",
        },
      ],
    },
    {
      title: "Refused work",
      description: "Work that found the queue of its threads full, in a second.",
      unit: "perSecond",
      lines: [
        {
          expr: rateBy(scope, ["type"], "elasticsearch_thread_pool_rejected_count"),
          legend: "{{type}}",
        },
      ],
    },
  ];
}
