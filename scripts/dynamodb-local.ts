import { access, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { runCommand } from '../local/run-command.ts';

const release = '2.5.2';

/** Gets the program and all that it needs; nothing else is read of this project. */
const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>nightshift</groupId><artifactId>dynamodb-local</artifactId><version>1</version><packaging>pom</packaging>
<dependencies><dependency>
<groupId>com.amazonaws</groupId><artifactId>DynamoDBLocal</artifactId><version>${release}</version>
</dependency></dependencies></project>
`;

/**
 * The folder with AWS's DynamoDB Local, for tests: in the user's cache, which is filled by Maven the first time.
 * @throws Error with what to do when Java 17 or Maven is missing, or Maven cannot get it.
 */
export async function findDynamoDb(environment: NodeJS.ProcessEnv = process.env): Promise<string> {
  const caches = environment.XDG_CACHE_HOME || path.join(environment.HOME || homedir(), '.cache');
  const folder = path.join(caches, 'nightshift', `dynamodb-local-${release}`);
  await checkJava(environment);
  if (await isThere(path.join(folder, `DynamoDBLocal-${release}.jar`))) return folder;
  await fill(folder, environment);
  return folder;
}

/** One move puts it there: a process that is killed half-way, or two at once, never leave half of it. */
async function fill(folder: string, environment: NodeJS.ProcessEnv): Promise<void> {
  await mkdir(path.dirname(folder), { recursive: true });
  const making = await mkdtemp(path.join(path.dirname(folder), 'making-'));
  try {
    const file = path.join(making, 'pom.xml');
    await writeFile(file, pom);
    const args = ['-q', '-B', '-f', file, 'dependency:copy-dependencies', `-DoutputDirectory=${making}/lib`];
    const { code, output } = await runCommand('mvn', args, { env: environment }).catch(missing('mvn', 'Maven'));
    if (code !== 0) {
      throw new Error(`Maven could not get DynamoDB Local ${release} [code=${code}]:\n${output.trim().slice(-1_000)}`);
    }
    await rename(path.join(making, 'lib'), folder).catch(async (error: Error) => {
      if (!(await isThere(path.join(folder, `DynamoDBLocal-${release}.jar`)))) throw error;
    });
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}

async function checkJava(environment: NodeJS.ProcessEnv): Promise<void> {
  const { output } = await runCommand('java', ['-version'], { env: environment }).catch(missing('java', 'Java 17'));
  const [, major = '0'] = /version "(\d+)/.exec(output) ?? [];
  if (Number(major) >= 17) return;
  throw new Error(`DynamoDB Local needs Java 17 or later, and java says: ${output.trim().split('\n')[0]}; install it`);
}

function missing(command: string, what: string): (error: Error) => never {
  return (error) => {
    throw new Error(
      `The tests of the DynamoDB latch need ${what}, and \`${command}\` does not start (${error.message}). ` +
        'Install it; on Debian: apt-get install openjdk-17-jre-headless maven',
    );
  };
}

function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
