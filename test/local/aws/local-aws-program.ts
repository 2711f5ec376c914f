/** A process that is a local AWS and nothing else, to be killed by the watchdog's test: prints its endpoint. */
import { startLocalAws } from '../../../local/aws/index.ts';

const aws = await startLocalAws({ images: { image: { directory: '/' } }, jobQueues: ['main'] });
process.stdout.write(`${aws.endpoint}\n`);
