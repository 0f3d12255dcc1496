/**
 * The keys by which every object that Temporal holds says what becomes of one that is there before the config, and after it.
 */
import { z } from "zod";

/** What becomes of an object that somebody else has made. */
export const existing = z
  .enum(["adopt", "refuse"])
  .default("refuse")
  .describe(
    "Whether one that somebody else has made, and that differs, is taken over and changed, or refused",
  );

/** What becomes of an object that is no longer in the config. */
export const onRemove = z
  .enum(["keep", "delete", "protect"])
  .default("keep")
  .describe(
    "What becomes of it when it is no longer in this config: it stays in Temporal, it is deleted with all that is in it, or the config is refused",
  );
