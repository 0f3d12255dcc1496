import { expect, it } from "vitest";
import { archivedHistories, stateTransitions, useFromCgroup } from "../../bench/meter.ts";

it("adds up the state transitions of all namespaces, whatever the metrics' prefix", () => {
  const text = `# TYPE state_transition_count histogram
state_transition_count_bucket{namespace="a",le="1"} 3
state_transition_count_sum{namespace="a"} 99
state_transition_count_count{namespace="a"} 5
state_transition_count_count{namespace="b"} 7
temporal_state_transition_count_count 1
`;
  expect(stateTransitions(text)).toBe(13);
});

it("adds up the histories that were archived, and not those that were there already", () => {
  const text = `history_archiver_archive_success{namespace="a",service_name="history"} 5
history_archiver_archive_success{namespace="b",service_name="history"} 7
history_archiver_blob_exists{namespace="a"} 3
visibility_archiver_archive_success{namespace="a"} 12
`;
  expect(archivedHistories(text)).toBe(12);
});

it.each([
  [
    2,
    "usage_usec 2500000\nuser_usec 2000000\nanon 7\ninactive_file 1048576\nactive_file 7\n4194304\n",
  ],
  [
    1,
    "2500000000\ncache 3\ninactive_file 0\ntotal_cache 3\ntotal_inactive_file 1048576\n4194304\n",
  ],
])("reads a container's use from a cgroup of version %i", (_, text) => {
  expect(useFromCgroup(text)).toEqual({ processorSeconds: 2.5, memoryMiB: 3 });
});

it("does not take anything else for a cgroup's files", () => {
  expect(() => useFromCgroup("cat: no such file")).toThrow("not the files of a container's cgroup");
});
