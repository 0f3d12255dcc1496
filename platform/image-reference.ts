/**
 * References to images, such as `registry.example.com/team/server:1.32.2@sha256:…`, by the grammar of github.com/distribution/reference.
 */
import { defined } from "./defined.ts";
import { parseServerVersion } from "./versions.ts";

const label = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?";
const address = String.raw`(?:${label}(?:\.${label})*|\[[A-Fa-f0-9:]+\])`;
/** A host as Docker tells it from the first part of a path: it has a dot or a port, or is `localhost`. */
const host = String.raw`(?=[^/]*[.:]|localhost(?:/|$))${address}(?::\d+)?`;
const part = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
const tag = String.raw`\w[\w.-]{0,127}`;

const prefix = new RegExp(`^${host}(?:/${part})*$`);
const exact = new RegExp(
  `^(?:${host}/)?${part}(?:/${part})*(?=[:@])(?!:latest$)(?::(?<tag>${tag}))?(?:@sha256:(?<digest>[0-9a-f]{64}))?$`,
);

/** Whether a text is the host of a registry, and a path below it or none. */
export function isRegistryPrefix(text: string): boolean {
  return prefix.test(text);
}

/** Whether a text names an image by a tag that stays what it is, or by a digest. */
export function isExactReference(text: string): boolean {
  return exact.test(text);
}

/** What tells the images of one name apart. */
export function imageNameParts(reference: string): {
  readonly tag?: string;
  /** SHA-256, as hexadecimal digits. */
  readonly digest?: string;
} {
  const { tag: said, digest } = exact.exec(reference)?.groups ?? {};
  return defined({ tag: said, digest });
}

/** The version of Temporal that a reference's tag begins with, such as `1.32.2` in `server:v1.32.2-team.1`; undefined when it says none. */
export function versionInTag(reference: string): string | undefined {
  const text = exact.exec(reference)?.groups?.["tag"]?.replace(/^v/, "");
  const version = /^[\d.]+/.exec(text ?? "")?.[0].replace(/\.$/, "");
  return version === undefined || parseServerVersion(version) === undefined ? undefined : version;
}
