import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it, vi } from "vitest";
import { askOnce, pulumiDownloadsAnswer } from "../../offline/online.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

it("asks only once, and only when someone wants to know", async () => {
  let asked = 0;
  const ask = askOnce(() => Promise.resolve(++asked));
  expect(asked).toBe(0);
  expect(await Promise.all([ask(), ask()])).toEqual([1, 1]);
});

it("goes through the proxy that the environment names, and takes its refusal for an answer", async () => {
  const asked: (string | undefined)[] = [];
  const proxy = createServer().on("connect", ({ url }, socket) => {
    asked.push(url);
    socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const { port } = proxy.address() as AddressInfo;
  for (const name of ["https_proxy", "HTTPS_PROXY"]) {
    vi.stubEnv(name, `http://127.0.0.1:${port}`);
  }
  for (const name of ["no_proxy", "NO_PROXY"]) vi.stubEnv(name, "");
  try {
    expect(await pulumiDownloadsAnswer()).toBe(false);
    expect(asked).toEqual(["get.pulumi.com:443"]);
  } finally {
    proxy.close();
  }
});
