/**
 * The resource `temporal:docker:Image`, as the program uses it.
 */
import * as pulumi from "@pulumi/pulumi";

/** Arguments of {@link DockerImage}. */
export interface DockerImageArgs {
  /** Address of the engine, as in DOCKER_HOST; the user's default when left out. */
  readonly host?: string;
  /** By which the engine finds it; of one that is built, it says what is in it, so that another content is another image. */
  readonly reference: string;
  /** Absolute path of the directory with the Dockerfile of which it is built; pulled when left out. */
  readonly directory?: string;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * An image on an engine: pulled from its registry, or built, unless it is there already. One that was built is removed when nothing uses it any more.
 */
export class DockerImage extends pulumi.CustomResource {
  constructor(name: string, args: DockerImageArgs, opts: pulumi.CustomResourceOptions = {}) {
    super("temporal:docker:Image", name, { ...args }, opts);
  }
}
