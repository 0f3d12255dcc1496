import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { stateTransitions } from "../../bench/meter.ts";

let server: Server | undefined;

afterEach(() => server?.close());

it("adds up the state transitions of all namespaces, whatever the metrics' prefix", async () => {
  const text = `# TYPE state_transition_count histogram
state_transition_count_bucket{namespace="a",le="1"} 3
state_transition_count_sum{namespace="a"} 99
state_transition_count_count{namespace="a"} 5
state_transition_count_count{namespace="b"} 7
temporal_state_transition_count_count 1
`;
  server = createServer((_, response) => response.end(text)).listen(0, "127.0.0.1");
  await new Promise((resolve) => server?.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  expect(await stateTransitions(`127.0.0.1:${String(port)}`)).toBe(13);
});
