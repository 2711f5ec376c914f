import { type Command, Option } from 'commander';

interface CheckOptions {
  rights?: boolean;
  stage?: string;
  policy: string[];
  role?: string;
  accept?: boolean;
  json?: boolean;
}

/** `nightshift check`: finds what is wrong with configuration and jobs before a deployment does. */
export function register(program: Command): void {
  program
    .command('check')
    .description('check the configuration, the job files and what they import; exit code 2 when something is wrong')
    .option(
      '--rights',
      'print the rights that the jobs need in AWS, and what has changed in them; exit code 1 when it has',
    )
    .option('--stage <stage>', 'with --rights: under the names of this stage')
    .addOption(
      new Option(
        '--policy <file>',
        'with --rights: print what this IAM policy lacks; exit code 1 when it lacks something',
      )
        .argParser((file, before: string[]) => [...before, file])
        .default([], 'none'),
    )
    .option('--role <role>', 'with --policy: whose rights; default those of the workers')
    .option('--accept', 'with --rights: take the present rights as those of this release')
    .option('--json', 'print one JSON document: jobs, problems, with --rights also rights')
    .action(async (options: CheckOptions) => {
      const [{ checkProject }, { exitCodes }] = await Promise.all([
        import('../check-project.ts'),
        import('../exit-codes.ts'),
      ]);
      await refuseOptions(options);
      const { jobs, problems } = await checkProject(process.cwd());
      if (problems.length > 0) {
        report({ jobs, problems }, options);
        process.exitCode = exitCodes.usage;
      } else if (options.rights === true) await reportRights(jobs, options);
      else report({ jobs, problems }, options);
    });
}

interface Found {
  jobs: { id: string; file: string }[];
  problems: string[];
}

function report({ jobs, problems }: Found, { json }: CheckOptions): void {
  if (json === true) {
    process.stdout.write(`${JSON.stringify({ jobs, problems }, null, 2)}\n`);
  } else if (problems.length === 0) {
    process.stdout.write(`${jobs.length} ${jobs.length === 1 ? 'job' : 'jobs'}, no problems\n`);
  } else {
    process.stderr.write(
      `${problems.join('\n')}\n${problems.length === 1 ? '1 problem' : `${problems.length} problems`}\n`,
    );
  }
}

async function reportRights(
  jobs: Found['jobs'],
  { accept = false, json, policy, role, stage }: CheckOptions,
): Promise<void> {
  const [{ checkRights, isRefused }, { rightsText }, { openProject }, { exitCodes }] = await Promise.all([
    import('../check-rights.ts'),
    import('../print-rights.ts'),
    import('../project.ts'),
    import('../exit-codes.ts'),
  ]);
  const rights = await checkRights(await openProject(), { accept, policies: policy, role, stage });
  const text = json === true ? JSON.stringify({ jobs, problems: [], rights }, null, 2) : rightsText(rights);
  process.stdout.write(`${text}\n`);
  if (isRefused(rights)) process.exitCode = exitCodes.failed;
}

async function refuseOptions({ accept, policy, rights, role, stage }: CheckOptions): Promise<void> {
  const { UsageError } = await import('../exit-codes.ts');
  const given = { stage, policy: policy[0], role, accept };
  const [first] = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (rights !== true && first !== undefined) throw new UsageError(`--${first} goes with --rights: add --rights`);
  if (role !== undefined && policy.length === 0) {
    throw new UsageError('--role says whose rights a policy is compared with: add --policy <file>');
  }
  if (accept === true && policy.length > 0) {
    throw new UsageError(
      '--accept writes the rights of this release and --policy compares with them: give one of the two',
    );
  }
}
