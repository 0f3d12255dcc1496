/**
 * The program `pulumi-language-nodejs`, for machines that cannot download the vendor's: runs Node programs, policy packs and plugins for
 * the Pulumi CLI (proto/pulumi/language.proto). The CLI starts it with the address of its engine.
 */
import services from "@pulumi/pulumi/proto/language_grpc_pb.js";
import { listen } from "../../../providers/protocol/listen.ts";
import { languageHost } from "./host.ts";

const engine = process.argv.slice(2).find((argument) => !argument.startsWith("-"));
await listen(services.LanguageRuntimeService, languageHost(engine ?? ""));
