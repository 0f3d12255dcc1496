/**
 * Alertmanager's own tool, by which its config is judged.
 */
import { execa } from "execa";
import { prometheusPrograms } from "../offline/images/programs.ts";
import { pathsOf } from "../offline/paths.ts";
import { type Judgement, judgeBy } from "./promtool.ts";

/** Path of the tool: one on PATH, else that of the image, which is compiled once. */
async function amtool(): Promise<string> {
  const { failed } = await execa("amtool", ["--version"], { reject: false });
  if (!failed) return "amtool";
  const { cache } = pathsOf(process.env);
  const { amtool: built } = await prometheusPrograms("alertmanager", cache, console.log);
  if (built === undefined) throw new Error("the module of Alertmanager has no amtool");
  return built;
}

/** Runs the tool; see `judge` in promtool.ts. */
export async function judgeAlerting(
  args: readonly string[],
  files: Readonly<Record<string, string | object>>,
): Promise<Judgement> {
  return judgeBy(await amtool(), args, files);
}
