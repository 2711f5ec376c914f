import { ImageError } from '../exit-codes.ts';
import { buildImage, type ImageTarget, nameOf, referenceOf } from './build-image.ts';
import { type Docker, tailOf } from './docker.ts';
import type { ImagePlan } from './plan-images.ts';

/** An image that is in the registry. */
export interface PushedImage {
  /** `<repository>@sha256:...` */
  image: string;
  outcome: 'pushed' | 'unchanged';
}

/**
 * Sees to it that the registry has an image, and gives its digest: what is there under the tag of its content stays
 * as it is, since another build of the same content would have another digest, and tags in ECR may not be moved.
 * @throws ImageError when it cannot be built, looked up or pushed.
 */
export async function pushImage(docker: Docker, target: ImageTarget, plan: ImagePlan): Promise<PushedImage> {
  const reference = referenceOf(target, plan);
  const repository = reference.slice(0, reference.lastIndexOf(':'));
  const there = await digestInRegistry(docker, reference);
  if (there !== undefined) return { image: `${repository}@${there}`, outcome: 'unchanged' };
  await buildImage(docker, target, plan);
  const push = await docker('push', reference);
  if (push.code !== 0) throw refused('pushed', { reference, output: push.output, plan });
  const digest = /digest: (sha256:[0-9a-f]{64})/.exec(push.output)?.[1];
  if (digest === undefined) {
    throw new ImageError(`docker push of ${reference} told no digest; it said:\n${tailOf(push.output, 5)}`);
  }
  return { image: `${repository}@${digest}`, outcome: 'pushed' };
}

async function digestInRegistry(docker: Docker, reference: string): Promise<string | undefined> {
  const look = await docker('buildx', 'imagetools', 'inspect', '--format', '{{.Manifest.Digest}}', reference);
  if (look.code === 0) {
    const digest = /sha256:[0-9a-f]{64}/.exec(look.output)?.[0];
    if (digest !== undefined) return digest;
    throw new ImageError(`The registry tells no digest of ${reference}; it said:\n${tailOf(look.output, 5)}`);
  }
  // Docker Hub says that access is denied to a repository that is not there yet: then the push tells which it is.
  if (/not found|manifest unknown|no such manifest|name unknown|does not exist|insufficient_scope/i.test(look.output)) {
    return undefined;
  }
  throw refused('looked up', { reference, output: look.output });
}

function refused(
  what: 'pushed' | 'looked up',
  { reference, output, plan }: { reference: string; output: string; plan?: ImagePlan },
): ImageError {
  const image = plan === undefined ? reference : `${nameOf(plan)} as ${reference}`;
  return new ImageError(
    `The image of ${image} could not be ${what}: ${adviceOf(reference, output)}\n${tailOf(output, 5)}`,
  );
}

function adviceOf(reference: string, output: string): string {
  const host = reference.split('/')[0] ?? '';
  if (/name unknown|does not exist|repository .* not found/i.test(output)) {
    return 'there is no such repository; a deployment of the stage makes one for each app that a Batch, ECS or Lambda task runs; or correct --registry';
  }
  if (/denied|unauthorized|no basic auth|authorization|authentication|403|401/i.test(output)) {
    return `log in first: ${loginTo(host)}`;
  }
  if (/no such host|connection refused|timeout|unreachable|EOF/i.test(output)) {
    return `the registry ${host} does not answer; check --registry and the network`;
  }
  return 'Docker said what follows; mend that, and run the same command again';
}

/** ECR's passwords come from AWS and last for twelve hours. */
function loginTo(host: string): string {
  const region = /^\d{12}\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com/.exec(host)?.[1];
  return region === undefined
    ? `docker login ${host}`
    : `aws ecr get-login-password --region ${region} | docker login --username AWS --password-stdin ${host}`;
}
