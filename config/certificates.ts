/**
 * Certificates as people give them: as text, or as the path of a file.
 */
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { z } from "zod";

const beginning = "-----BEGIN CERTIFICATE-----";
const certificate = new RegExp(`${beginning}[^-]+-----END CERTIFICATE-----`, "g");

/** One or more certificates in PEM; a path is read, relative to the project. */
export const certificates = z.string().transform((given, context) => {
  const refuse = (message: string): never => {
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  };
  let text = given;
  if (!given.includes(beginning)) {
    try {
      text = readFileSync(
        given.replace(/^~(?=\/)/, () => homedir()),
        "utf8",
      );
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return refuse(`must be certificates in PEM, or the path of a file with them (${reason})`);
    }
  }
  const found = text.match(certificate) ?? [];
  if (found.length === 0) return refuse(`has no certificate in PEM: ${beginning} is missing`);
  try {
    for (const one of found) new X509Certificate(one);
  } catch (error) {
    return refuse(
      `has a certificate that cannot be read (${error instanceof Error ? error.message : String(error)})`,
    );
  }
  return `${found.join("\n")}\n`;
});
