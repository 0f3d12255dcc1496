/**
 * `npm run bench -- up`: how long a stack takes to come up, to find that nothing has changed, to stop, to come back and to go; what its
 * containers weigh. On the real engine, with a stack of its own; the images must be there (`npm run bootstrap`).
 */
import { setTimeout as sleep } from "node:timers/promises";
import { imageCatalogue, imageReference } from "../platform/images.ts";
import { defaultServerVersion } from "../platform/versions.ts";
import { freePort, TestStack } from "../testkit/stack.ts";
import { useOf } from "./meter.ts";

/** Time for the programs to come to rest before their memory is read, in milliseconds. */
const restMilliseconds = 60_000;

const cluster = {
  name: "bench",
  target: { kind: "docker", publish: { port: await freePort(), grpcPort: await freePort() } },
};
const stack = await TestStack.create({ clusters: [cluster] });

async function timed(what: string, work: () => Promise<unknown>): Promise<object> {
  const start = performance.now();
  await work();
  return { what, seconds: Math.round((performance.now() - start) / 100) / 10 };
}

try {
  const times = [
    await timed("up, images present, to SERVING", () => stack.up()),
    await timed("up again, nothing to change", () => stack.up()),
    await timed("preview", () => stack.preview()),
  ];
  console.log(`at rest for ${String(restMilliseconds / 1000)} s …`);
  await sleep(restMilliseconds);
  const memory = [];
  for (const name of await stack.healthy()) {
    const { memoryMiB } = await useOf(stack.docker, name);
    memory.push({ container: name, "idle (MiB)": Math.round(memoryMiB) });
  }
  times.push(
    await timed("down, data kept", () => stack.up({ TEMPORAL_LIFECYCLE: "stopped" })),
    await timed("up on the kept data, to SERVING", () => stack.up()),
    await timed("destroy", () => stack.destroy()),
  );
  const images = [];
  for (const image of Object.values(imageCatalogue(defaultServerVersion))) {
    const reference = imageReference(image);
    const { Size } = await stack.docker.getImage(reference).inspect();
    images.push({ image: reference, "unpacked (MB)": Math.round(Size / 1e6) });
  }
  console.table(times);
  console.table(memory);
  console.table(images);
} finally {
  await stack.dispose();
}
