/**
 * The contract on a real Kubernetes cluster.
 */
import { arrangeOnKubernetes } from "../../testkit/kubernetes-subject.ts";
import { contract } from "./contract.ts";

contract(() => arrangeOnKubernetes("life"));
