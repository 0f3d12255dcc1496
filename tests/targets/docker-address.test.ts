import { expect, it } from "vitest";
import { publishedAuthority } from "../../targets/docker/address.ts";

it.each([
  ["127.0.0.1", undefined, "127.0.0.1:7233"],
  ["::1", undefined, "[::1]:7233"],
  ["192.0.2.7", "ssh://me@far", "192.0.2.7:7233"],
  ["0.0.0.0", undefined, "127.0.0.1:7233"],
  ["0.0.0.0", "unix:///run/docker.sock", "127.0.0.1:7233"],
  ["0.0.0.0", "ssh://me@far.example.com:22", "far.example.com:7233"],
  ["::", "tcp://192.0.2.8:2376", "192.0.2.8:7233"],
  ["::", "tcp://[2001:db8::1]:2376", "[2001:db8::1]:7233"],
])("what is published on %s of the engine %s is reached at %s", (address, engine, authority) => {
  expect(publishedAuthority(address, 7233, engine)).toBe(authority);
});
