/**
 * The contract on a real Docker engine.
 */
import { arrangeOnDocker } from "../../testkit/docker-subject.ts";
import { contract } from "./contract.ts";

contract(() => arrangeOnDocker("life"));
