/**
 * The plugin `random`, for machines that cannot download the vendor's: its resources, with its names and defaults.
 */
import { serve } from "../../../providers/protocol/serve.ts";
import { randomBytes, randomId } from "./bytes.ts";
import { randomInteger, randomPet, randomShuffle, randomUuid } from "./others.ts";
import { randomPassword, randomString } from "./text.ts";
import { version } from "./version.ts";

await serve({
  version,
  types: {
    "random:index/randomPassword:RandomPassword": randomPassword,
    "random:index/randomString:RandomString": randomString,
    "random:index/randomId:RandomId": randomId,
    "random:index/randomBytes:RandomBytes": randomBytes,
    "random:index/randomInteger:RandomInteger": randomInteger,
    "random:index/randomUuid:RandomUuid": randomUuid,
    "random:index/randomUuid4:RandomUuid4": randomUuid,
    "random:index/randomShuffle:RandomShuffle": randomShuffle,
    "random:index/randomPet:RandomPet": randomPet,
  },
});
