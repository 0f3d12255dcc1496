import { fileURLToPath } from "node:url";

/** Where the measured costs are kept: written by `npm run bench -- costs`, read by `npm run size`. */
export const costsPath = fileURLToPath(new URL("costs.json", import.meta.url));
