/**
 * Images inside a cluster. Its pods find no registry: they have what is carried over from the engine.
 */
import type Docker from "dockerode";
import { dockerHub, registryOf } from "../clients/registry-login.ts";
import { present, type Report, step } from "../offline/steps.ts";
import { UserError } from "../offline/user-error.ts";
import { isNotFound } from "../clients/docker.ts";
import { run } from "./node.ts";

/** Label of an image inside: the id that it has outside, by which a newer one of the same name is noticed. */
const idLabel = "temporal-platform/id";

const ctr = ["ctr", "--namespace", "k8s.io", "images"] as const;

/**
 * Carries an image into a cluster's node, unless it is there already.
 *
 * @param reference As the engine knows it.
 * @throws UserError when the engine does not have it, or it is named by a digest: that of an image that is carried is another one.
 */
export async function loadImage(
  engine: Docker,
  node: Docker.Container,
  reference: string,
  report: Report,
): Promise<void> {
  if (reference.includes("@")) {
    throw new UserError(
      `the image ${reference} cannot be loaded into a dev cluster under its digest: name it by its tag there`,
    );
  }
  const image = engine.getImage(reference);
  const id = await idOf(image, reference);
  const name = fullReference(reference);
  if (idsInside(await run(node, [...ctr, "list", `name==${name}`])).get(name) === id) {
    present(`image ${reference} is in the cluster`, report);
    return;
  }
  await step(
    `load image ${reference} into the cluster`,
    async () => {
      await run(node, [...ctr, "import", "-"], await image.get());
      await run(node, [...ctr, "label", name, `${idLabel}=${id}`]);
    },
    report,
  );
}

async function idOf(image: Docker.Image, reference: string): Promise<string> {
  try {
    return (await image.inspect()).Id;
  } catch (error) {
    if (!isNotFound(error)) throw error;
    throw new UserError(`the engine has no image ${reference}: docker pull ${reference}`);
  }
}

/** Reads what `ctr images list` says: the ids by full reference. */
export function idsInside(list: string): ReadonlyMap<string, string> {
  const pairs = list.split("\n").flatMap((line): [string, string][] => {
    const id = new RegExp(`\\b${idLabel}=(sha256:[0-9a-f]+)`).exec(line)?.[1];
    const name = /^\S+/.exec(line)?.[0];
    return id === undefined || name === undefined ? [] : [[name, id]];
  });
  return new Map(pairs);
}

/** A reference with what Docker leaves out, as containerd wants it: `docker.io/library/postgres:15` for `postgres:15`. */
export function fullReference(reference: string): string {
  if (registryOf(reference) !== dockerHub || reference.startsWith(`${dockerHub}/`))
    return reference;
  return `${dockerHub}/${reference.includes("/") ? reference : `library/${reference}`}`;
}
