/**
 * `npm run -s password`.
 */
import { findPlace } from "../place.ts";
import { stackOutputs } from "../pulumi/run.ts";
import { UserError } from "../../offline/user-error.ts";
import { credentials, outputsOf } from "./outputs.ts";

/**
 * Prints user and password of each cluster's web UI. Gives the exit code.
 *
 * @throws UserError when the stack has not been brought up.
 */
export async function password(stack: string): Promise<number> {
  const text = credentials(outputsOf(await stackOutputs(await findPlace(stack))));
  if (text === "") throw new UserError(`stack ${stack} is not up: run \`npm run up\` first`);
  console.log(text);
  return 0;
}
