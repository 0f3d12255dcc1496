/**
 * Reads a definition's file. It is YAML, which JSON is, too: so a fault has a line and a column in both.
 */
import { dump, load, YAMLException } from "js-yaml";
import { validate } from "../../config/validate.ts";
import { UserError } from "../../offline/user-error.ts";
import { maxPayloadBytes } from "../input.ts";
import { type Content, contentSchema } from "./definition.ts";
import { type ContentType, contentTypes } from "./input.ts";
import { isRecord, numberFaults } from "./leaves.ts";
import { templateFaults } from "./template.ts";

/** A file that was read. */
export interface Document {
  /** The file, as people are told of it. */
  readonly path: string;
  readonly text: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/**
 * Reads the bytes of a file.
 *
 * @throws UserError with the line and the column of a fault.
 */
export function documentOf(path: string, bytes: Uint8Array): Document {
  if (bytes.byteLength > maxPayloadBytes) {
    throw new UserError(
      `${path}: has ${bytes.byteLength} bytes, and a definition has ${maxPayloadBytes} at most`,
    );
  }
  const text = textOf(path, bytes);
  const value = parsed(path, text);
  if (!isRecord(value)) {
    throw new UserError(`${path}: must have keys and values, such as type: workflow`);
  }
  return { path, text, value };
}

function textOf(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UserError(`${path}: is no text in UTF-8`);
  }
}

function parsed(path: string, text: string): unknown {
  try {
    // An alias may contain itself, which no payload can.
    return load(text, { maxAliases: 0 });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const { reason, mark } = error;
    const where = mark === undefined ? "" : `:${mark.line + 1}:${mark.column + 1}`;
    throw new UserError(`${path}${where}: ${wordsFor(reason)}`);
  }
}

/** A fault of syntax in words for those who do not know the parser. */
function wordsFor(reason: string): string {
  if (reason.includes("maxAliases")) return "a definition takes no aliases (*name)";
  if (reason.includes("complex keys")) {
    return 'an object cannot be a key; a placeholder stands in quotes, as in "{{name}}"';
  }
  return reason;
}

/**
 * The content of a document.
 *
 * @param given The type that was named beside the document.
 * @throws UserError that names the keys with faults.
 */
export function contentOf({ path, value }: Document, given?: ContentType): Content {
  const faults = numberFaults(value, "");
  const content = validate(
    contentSchema,
    { ...value, type: typeOf(path, value, given) },
    "",
    faults,
  );
  if (content?.type === "template") faults.push(...templateFaults(content));
  if (content !== undefined && faults.length === 0) return content;
  // Faults of the whole document have no key before their colon.
  throw new UserError(`${path}: ${faults.map((fault) => fault.replace(/^: /, "")).join("; ")}`);
}

function typeOf(path: string, value: Document["value"], given?: ContentType): ContentType {
  const own = value["type"];
  const types = contentTypes.join(", ");
  if (own === undefined) {
    if (given !== undefined) return given;
    throw new UserError(`${path}: type: is missing; it must be one of ${types}, here or by --type`);
  }
  const type = contentTypes.find((one) => one === own);
  if (type === undefined) {
    throw new UserError(
      `${path}: type: must be one of ${types}; the type of a workflow itself is its workflowType`,
    );
  }
  if (given === undefined || given === type) return type;
  throw new UserError(`${path}: type: is ${type}, and --type says ${given}; they must agree`);
}

/** What the store keeps: the text as it was written, with its comments, or YAML of what was written as JSON or without its type. */
export function storedText({ text, value }: Document, type: ContentType): string {
  const isJson = text.trimStart().startsWith("{");
  if (isJson || value["type"] === undefined) return dump({ type, ...value }, { lineWidth: -1 });
  return text.endsWith("\n") ? text : `${text}\n`;
}
